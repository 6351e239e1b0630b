namespace ResearchKit.Federated.Decentralized;

/// <summary>What a node can do.</summary>
/// <param name="ComputationMs">c: milliseconds to pass one sample through the network.</param>
/// <param name="BytesPerSecond">beta: the limit of its incoming and, separately, of its outgoing transfers.</param>
public readonly record struct Device(double ComputationMs, double BytesPerSecond);
