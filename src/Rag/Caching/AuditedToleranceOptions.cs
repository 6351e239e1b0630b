namespace ResearchKit.Rag;

/// <summary>What an <see cref="AuditedTolerance"/> promises, and what it may spend on it.</summary>
public sealed record AuditedToleranceOptions
{
    /// <summary>The largest tolerance it may come to, above zero; the tolerance of the cache's entries. Has to be set: it depends on the embedder.</summary>
    public required float MaxTolerance
    {
        get;
        init =>
            field =
                value > 0 && float.IsFinite(value)
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(MaxTolerance), value, "The largest tolerance is a distance above zero.");
    }

    /// <summary>The share of the store's documents that cached answers of unequal queries hold in the mean, in (0, 1]. Default 0.9.</summary>
    public double Target
    {
        get;
        init =>
            field = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Target), value, "A share of documents: in (0, 1].");
    } = 0.9;

    /// <summary>With which probability the promise holds at all times, in (0, 1). Default 0.95.</summary>
    public double Confidence
    {
        get;
        init =>
            field = value is > 0 and < 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Confidence), value, "A probability: in (0, 1).");
    } = 0.95;

    /// <summary>The share of hits for which the store is asked nevertheless, in (0, 1]. Default 0.05.</summary>
    public double Share
    {
        get;
        init =>
            field = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Share), value, "A share of hits: in (0, 1].");
    } = 0.05;

    /// <summary>Ranges of distance that are judged each by itself, 1 to 64: the tolerances there are. Default 8.</summary>
    public int Ranges
    {
        get;
        init =>
            field = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(Ranges), value, "Ranges are 1 to 64.");
    } = 8;
}
