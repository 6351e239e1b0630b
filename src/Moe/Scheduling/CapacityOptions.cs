namespace ResearchKit.Moe;

/// <summary>What DeepSpeed-MoE's gate is told.</summary>
public sealed record CapacityOptions
{
    /// <summary>How the capacity is found. Default by the factor.</summary>
    public CapacityMode Mode { get; init; }

    /// <summary>CF: the capacity over an even share. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public double CapacityFactor
    {
        get;
        init =>
            field =
                value > 0 && double.IsFinite(value)
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(CapacityFactor), value, "A capacity factor is positive.");
    } = 1;

    /// <summary>The least capacity. Default 4, as in DeepSpeed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int LeastCapacity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 4;

    /// <summary>The most rows a rank and expert with <see cref="CapacityMode.MaxCountCapped"/>. Default 1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Cap
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1000;
}
