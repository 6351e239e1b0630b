namespace ResearchKit.Rag;

/// <summary>The shape of <see cref="HashedTfIdfEmbedder"/>'s vectors.</summary>
public sealed record HashedTfIdfOptions
{
    /// <summary>d, 1 to 65,536. Default 768, as the encoders of both papers.</summary>
    public int Dimension
    {
        get;
        init =>
            field = value is >= 1 and <= 65_536
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Dimension), value, "The dimension is 1 to 65,536.");
    } = 768;

    /// <summary>Positions a word is spread over, 1 to 64. Default 4: of equal quality as far more dimensions with one.</summary>
    public int HashesPerWord
    {
        get;
        init =>
            field = value is >= 1 and <= 64
                ? value
                : throw new ArgumentOutOfRangeException(nameof(HashesPerWord), value, "A word takes 1 to 64 positions.");
    } = 4;

    /// <summary>What is done with a text without a word. Default: an error.</summary>
    public EmptyText EmptyText { get; init; }
}
