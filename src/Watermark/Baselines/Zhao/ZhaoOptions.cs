using System.Globalization;

namespace ResearchKit.Watermark;

/// <summary>The choices of <see cref="ZhaoWatermark"/>.</summary>
public sealed record ZhaoOptions
{
    /// <summary>Whether the robust form is used: several subgraphs, found again with tolerance. Default false, the basic form.</summary>
    public bool Robust { get; init; }

    /// <summary>d: a subgraph has k = ceil((2 + d) log2 N) nodes. Default 0.3.</summary>
    public double Excess
    {
        get;
        init => field = value is > 0 and <= 10 ? value : throw OutOfRange(nameof(Excess), value, "above 0 and at most 10");
    } = 0.3;

    /// <summary>How many subgraphs are embedded. Default 1 in the basic form and 5 in the robust one.</summary>
    public int? Subgraphs
    {
        get;
        init => field = value is null or (>= 1 and <= 1000) ? value : throw OutOfRange(nameof(Subgraphs), value, "1 to 1000");
    }

    /// <summary>The most extensions a search for one subgraph tries before it is undecided. Default 1,000,000.</summary>
    public int SearchLimit
    {
        get;
        init => field = value >= 1 ? value : throw OutOfRange(nameof(SearchLimit), value, "at least 1");
    } = 1_000_000;

    /// <summary>The number of subgraphs of the form chosen.</summary>
    internal int Count => Subgraphs ?? (Robust ? 5 : 1);

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string allowed) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}."));
}
