namespace ResearchKit.Rag;

/// <summary>How <see cref="OnnxSentenceEmbedder"/> uses a model.</summary>
public sealed record OnnxSentenceEmbedderOptions
{
    /// <summary>How token vectors become one. Default the mean.</summary>
    public SentencePooling Pooling { get; init; }

    /// <summary>Whether vectors are scaled to length 1. Default yes.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>The most tokens of a text, at least 3; what is beyond is cut off. Default 512.</summary>
    public int MaximumTokens
    {
        get;
        init =>
            field =
                value >= 3
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(MaximumTokens), value, "At least 3: two marks and a token.");
    } = 512;

    /// <summary>Whether the tokeniser lower-cases. Default yes, as uncased models want it.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>Threads within an operation; 0: as many as there are cores. Default 1: texts are embedded side by side by their callers.</summary>
    public int Threads
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value, "0 or more.");
    } = 1;
}
