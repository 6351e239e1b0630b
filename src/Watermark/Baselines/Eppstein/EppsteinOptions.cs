using System.Globalization;

namespace ResearchKit.Watermark;

/// <summary>The choices of <see cref="EppsteinWatermark"/>; defaults as in the authors' experiments.</summary>
public sealed record EppsteinOptions
{
    /// <summary>The number of high-degree nodes, whose adjacencies label the others. Default 64, theirs for random power-law graphs. Lowered to the next number that splits no group of equal degree.</summary>
    public int HighNodes
    {
        get;
        init => field = value >= 1 ? value : throw OutOfRange(nameof(HighNodes), value, "at least 1");
    } = 64;

    /// <summary>The number of nodes of high or medium degree; default as many as have distinct labels (see <see cref="DegreeThresholds.MediumFor"/>).</summary>
    public int? MediumNodes
    {
        get;
        init => field = value is null or >= 2 ? value : throw OutOfRange(nameof(MediumNodes), value, "at least 2");
    }

    /// <summary>The number of key pairs; default half of <see cref="MediumNodes"/>.</summary>
    public int? KeySize
    {
        get;
        init => field = value is null or >= 1 ? value : throw OutOfRange(nameof(KeySize), value, "at least 1");
    }

    /// <summary>The most key pairs, where <see cref="KeySize"/> is the default. Default no limit.</summary>
    public int? MostPairs
    {
        get;
        init => field = value is null or >= 1 ? value : throw OutOfRange(nameof(MostPairs), value, "at least 1");
    }

    /// <summary>How many key pairs one node may be in. Default 1.</summary>
    public int PairsPerNode
    {
        get;
        init => field = value >= 1 ? value : throw OutOfRange(nameof(PairsPerNode), value, "at least 1");
    } = 1;

    /// <summary>How many copies with different identifiers are given away. Default 10.</summary>
    public int Copies
    {
        get;
        init => field = value is >= 1 and <= 1_000_000 ? value : throw OutOfRange(nameof(Copies), value, "1 to 1,000,000");
    } = 10;

    /// <summary>The copy that <see cref="EppsteinWatermark.Embed(Graphs.Graph, EppsteinKey, IProgress{double}, CancellationToken)"/> makes and detection looks for, from 0. Default 0.</summary>
    public int Copy
    {
        get;
        init => field = value >= 0 ? value : throw OutOfRange(nameof(Copy), value, "at least 0 and below Copies");
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string allowed) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}."));
}
