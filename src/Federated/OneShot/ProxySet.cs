using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>What a client trains the aggregator on: all clients' logits on its own labelled rows. It never leaves the client.</summary>
/// <param name="Logits">z of each row; may have no row.</param>
/// <param name="Labels">The class of each row.</param>
/// <param name="Inputs">The same rows' features, for aggregators that look at them; null for the others.</param>
public sealed record ProxySet(LogitTable Logits, int[] Labels, LabeledData? Inputs = null);
