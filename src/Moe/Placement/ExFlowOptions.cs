namespace ResearchKit.Moe;

/// <summary>How ExFlow's placement is searched for.</summary>
public sealed record ExFlowOptions
{
    /// <summary>The most variables (layers x experts x ranks) that are given to the exact solver; beyond, the search is greedy with swaps. Default 512.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int ExactUpTo
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 512;

    /// <summary>The solver's effort in its own deterministic seconds, so that the result does not depend on the machine. Default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public double Effort
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Effort), value, "The effort is positive.");
    } = 10;

    /// <summary>How many first layers the greedy search tries. Default 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Starts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 4;
}
