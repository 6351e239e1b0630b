namespace ResearchKit.Federated;

/// <summary>Something that FENS went on with, and that its user should know.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Message">In words, with client or class.</param>
public sealed record FensWarning(FensWarningKind Kind, string Message);

/// <summary>The kinds of <see cref="FensWarning"/>.</summary>
public enum FensWarningKind
{
    /// <summary>A client has no proxy row: it takes no part in training the aggregator.</summary>
    NoProxyRows,

    /// <summary>A class has no proxy row at any client.</summary>
    ClassWithoutProxy,

    /// <summary>A class has no training row at any client: weights by class counts are 1/M for it.</summary>
    ClassWithoutTraining,

    /// <summary>A client was left out, because its logits are not finite.</summary>
    ClientDropped,

    /// <summary>A client has no row to train on: its model is as it was drawn.</summary>
    NoTrainingRows,

    /// <summary>Training the aggregator sends more bytes than uploading a model: FENS saves no traffic here.</summary>
    AggregatorTraffic,
}
