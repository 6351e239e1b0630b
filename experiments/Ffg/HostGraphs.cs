using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Graphs;

namespace ResearchKit.Papers.Ffg;

/// <summary>
/// The graphs that are marked. Generated ones, drawn anew for every seed, stand in where no data are at hand: Erdős-Rényi, Barabási-Albert and Watts-Strogatz graphs of
/// 1000 nodes and about 5000 edges. Real ones come from the data catalogue.
/// </summary>
internal static class HostGraphs
{
    /// <summary>Where the paper's statement stands.</summary>
    public const string Place = "abstract";

    /// <summary>Why no claim compares with a number of the paper.</summary>
    public const string OwnAnalysis =
        "the paper promises a quality at least as good as earlier schemes, its figures and numbers could not be read: predictions and bands are this library's own analysis";

    private const int Nodes = 1000;

    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["ego-facebook"] = "facebook_combined.txt",
        ["email-eu-core"] = "email-Eu-core.txt",
        ["ca-grqc"] = "ca-GrQc.txt",
        ["p2p-gnutella08"] = "p2p-Gnutella08.edgelist",
        ["as20"] = "as20graph.txt",
        ["cora"] = "cora.edgelist",
        ["citeseer"] = "citeseer.edgelist",
        ["pubmed"] = "pubmed.edgelist",
        ["football"] = "football.edgelist",
        ["karate"] = "karate.adjlist",
    };

    /// <summary>The names of the generated graphs.</summary>
    public static IReadOnlyList<string> Generated { get; } = ["er", "ba", "ws"];

    /// <summary>The names of larger generated graphs: Barabási-Albert of 4000 nodes, and the random power-law model of Eppstein et al. 2016 of 2000 nodes.</summary>
    public static IReadOnlyList<string> LargerGenerated { get; } = ["ba-4000", "power-law"];

    /// <summary>The names of the real graphs, as in the catalogue.</summary>
    public static IReadOnlyList<string> Real { get; } = [.. Files.Keys];

    /// <summary>The real graphs on which a mark of a few flips can be judged: 1 % of the edges of karate is no whole flip, of football six.</summary>
    public static IReadOnlyList<string> JudgedReal { get; } = [.. Real.Except(["karate", "football"])];

    /// <summary>The name in figures.</summary>
    public static string Title(string graph) =>
        graph switch
        {
            "er" => "Erdős–Rényi",
            "ba" => "Barabási–Albert",
            "ws" => "Watts–Strogatz",
            "ba-4000" => "Barabási–Albert 4000",
            "power-law" => "random power law",
            _ => graph,
        };

    /// <summary>What a graph needs to be here.</summary>
    public static IEnumerable<string> Needs(string graph) => Files.ContainsKey(graph) ? [$"data:{graph}"] : [];

    /// <summary>The origin of a graph.</summary>
    public static DataOrigin Origin(string graph) => Files.ContainsKey(graph) ? DataOrigin.Real : DataOrigin.Generated;

    /// <summary>The origin of several graphs together.</summary>
    public static DataOrigin OriginOf(IEnumerable<string> graphs)
    {
        bool[] real = [.. graphs.Select(g => Origin(g) == DataOrigin.Real).Distinct()];
        return real switch
        {
            [true] => DataOrigin.Real,
            [_, _] => DataOrigin.Mixed,
            _ => DataOrigin.Generated,
        };
    }

    /// <summary>A claim on a graph: on a real one it needs the data and is judged at full scale.</summary>
    public static Claim OnItsData(Claim claim, string graph) =>
        Origin(graph) == DataOrigin.Real ? claim.Requires($"data:{graph}").From(Scale.Full).On(DataOrigin.Real) : claim;

    /// <summary>Draws or loads a graph.</summary>
    /// <exception cref="ArgumentException">There is no graph of that name.</exception>
    public static async Task<Graph> GetAsync<TOptions>(string graph, CellContext<TOptions> context, CancellationToken cancellationToken)
        where TOptions : ExperimentOptions
    {
        if (Files.TryGetValue(graph, out string? file))
        {
            DatasetFolder folder = await context.Data.RequireAsync(graph, cancellationToken);
            return (await EdgeList.LoadAsync(folder.FilePath(file), cancellationToken: cancellationToken)).Graph;
        }
        return graph switch
        {
            "er" => RandomGraphs.ErdosRenyi(Nodes, 0.01, context.Random("graph", graph)),
            "ba" => RandomGraphs.BarabasiAlbert(Nodes, 5, context.Random("graph", graph)),
            "ws" => RandomGraphs.WattsStrogatz(Nodes, 10, 0.1, context.Random("graph", graph)),
            "ba-4000" => RandomGraphs.BarabasiAlbert(4000, 10, context.Random("graph", graph)),
            "power-law" => RandomGraphs.PowerLaw(2000, 10, 200, 2.75, context.Random("graph", graph)),
            _ => throw new ArgumentException(
                $"There is no graph '{graph}'; there are {string.Join(", ", [.. Generated, .. LargerGenerated, .. Real])}."
            ),
        };
    }

    /// <summary>A secret for a cell: the same for all systems at one seed.</summary>
    public static byte[] Secret<TOptions>(CellContext<TOptions> context, params ReadOnlySpan<string> purpose)
        where TOptions : ExperimentOptions
    {
        uint[] words = new uint[8];
        context.Random(["secret", .. purpose]).Fill(words.AsSpan());
        byte[] secret = new byte[32];
        for (int i = 0; i < words.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(secret.AsSpan(4 * i), words[i]);
        }
        return secret;
    }
}
