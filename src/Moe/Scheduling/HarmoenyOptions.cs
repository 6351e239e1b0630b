namespace ResearchKit.Moe;

/// <summary>What HarMoEny's scheduler is told.</summary>
public sealed record HarmoenyOptions
{
    /// <summary>
    /// q: an expert is moved to a rank only if it has so many tokens there, and the receiver so much room. Default 1512, as in the authors' scripts; below the time of a fetch over the time
    /// of a token a move costs more than it saves.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1: with q = 0 the loop would not end.</exception>
    public int MinimumTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1512;

    /// <summary>How much one move takes along. Default as published.</summary>
    public HarmoenyMode Mode { get; init; }
}
