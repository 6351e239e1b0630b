namespace ResearchKit.Watermark;

/// <summary>The attacks of this module, in one place. A program adds its own by making a longer list.</summary>
public static class GraphAttacks
{
    /// <summary>All of them. Those that take a number of edits take it as a share of the edges here.</summary>
    public static IReadOnlyList<NamedAttack> All { get; } =
    [
        new("flips", "flip random pairs, as many as this share of the edges", (edges, s) => RandomPairFlips.OfCount(Edits(edges, s))),
        new("delete-edges", "remove this share of the edges", (_, s) => new EdgeDeletion(s)),
        new("add-edges", "add random edges, as many as this share of the edges", (edges, s) => new EdgeAddition(Edits(edges, s))),
        new("rewire", "exchange the ends of this share of the edges, keeping degrees", (_, s) => new EdgeRewiring(s)),
        new("delete-nodes", "delete this share of the nodes", (_, s) => new NodeDeletion(s)),
        new(
            "insert-nodes",
            "add nodes of degree 4 with as many edges as this share of the edges",
            (edges, s) => new NodeInsertion(Edits(edges, s) / 4, 4)
        ),
        new("crop", "keep this share of the nodes, around a random one", (_, s) => new EgoCrop(s)),
        new("sparsify", "keep a spanning forest and this share of the other edges", (_, s) => new Sparsification(s)),
        new("denoise", "remove this share of the edges, fewest common neighbours first", (edges, s) => new Denoising(Edits(edges, s))),
        new(
            "densify-clusters",
            "add inside communities, remove between them: this share of the edges",
            (edges, s) => new ClusterAttack(Edits(edges, s), ClusterPlan.DensifyInside)
        ),
        new(
            "sparsify-clusters",
            "remove inside communities, add between them: this share of the edges",
            (edges, s) => new ClusterAttack(Edits(edges, s), ClusterPlan.SparsifyInside)
        ),
        new("shuffle", "take away the ids and renumber the nodes; the number is not used", (_, _) => new Relabelling()),
    ];

    /// <summary>The attack of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static NamedAttack Named(string name) =>
        All.FirstOrDefault(a => a.Name == name)
        ?? throw new ArgumentException($"There is no attack '{name}'; there are {string.Join(", ", All.Select(a => a.Name))}.");

    private static int Edits(int edges, double share) =>
        share >= 0 && share * edges <= int.MaxValue
            ? (int)Math.Round(share * edges)
            : throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the edges is at least 0.");
}
