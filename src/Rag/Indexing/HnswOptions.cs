namespace ResearchKit.Rag;

/// <summary>The shape of an <see cref="HnswIndex"/>.</summary>
public sealed record HnswOptions
{
    /// <summary>M, the links of a node on each level above the lowest, which has twice as many: 2 to 512. Default 16; 32 in MedRAG's index.</summary>
    public int Links
    {
        get;
        init => field = Ranged(value, 2, 512, nameof(Links));
    } = 16;

    /// <summary>efConstruction, the candidates among which links are chosen: 1 to 100,000. Default 100.</summary>
    public int ConstructionCandidates
    {
        get;
        init => field = Ranged(value, 1, 100_000, nameof(ConstructionCandidates));
    } = 100;

    /// <summary>efSearch, the candidates of a search (at least k are taken): 1 to 100,000. Default 64.</summary>
    public int SearchCandidates
    {
        get;
        init => field = Ranged(value, 1, 100_000, nameof(SearchCandidates));
    } = 64;

    /// <summary>Names the stream that draws the levels. Equal seeds, vectors and order give equal graphs.</summary>
    public ulong Seed { get; init; }

    private static int Ranged(int value, int low, int high, string name) =>
        value >= low && value <= high ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {low} to {high}.");
}
