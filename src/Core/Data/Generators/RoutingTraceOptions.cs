namespace ResearchKit.Data;

/// <summary>The world of <see cref="RoutingTrace"/>.</summary>
public sealed record RoutingTraceOptions
{
    /// <summary>Layers with experts (default 6).</summary>
    public int Layers
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1_000);
    } = 6;

    /// <summary>Experts of a layer (default 128).</summary>
    public int Experts
    {
        get;
        init => field = GeneratorRange.Count(value, 2, 65_536);
    } = 128;

    /// <summary>Batches, one after the other (default 100).</summary>
    public int Batches
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1_000_000);
    } = 100;

    /// <summary>Different experts that a token goes to (default 1), at most the number of experts.</summary>
    public int TopK
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 64);
    } = 1;

    /// <summary>The standard deviation of the logarithm of an expert's popularity, over the experts of a layer (default 1.15; 0: all alike).</summary>
    public double Skew
    {
        get;
        init => field = GeneratorRange.Scale(value, most: 10);
    } = 1.15;

    /// <summary>The standard deviation of the logarithm of what a batch adds to an expert's popularity (default 0.15; 0: all batches alike).</summary>
    public double BatchSpread
    {
        get;
        init => field = GeneratorRange.Scale(value, most: 10);
    } = 0.15;

    /// <summary>The correlation of what two consecutive batches add, in [0, 1] (default 0.8).</summary>
    public double BatchCorrelation
    {
        get;
        init => field = GeneratorRange.Share(value);
    } = 0.8;
}
