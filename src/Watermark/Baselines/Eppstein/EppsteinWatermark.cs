using System.Globalization;
using ResearchKit.Graphs;
using ResearchKit.Metrics;

namespace ResearchKit.Watermark;

/// <summary>
/// "Models and Algorithms for Graph Watermarking" (Eppstein, Goodrich, Lam, Mamano, Mitzenmacher, Torres 2016): nodes of high degree are told apart by degree,
/// those of medium degree by their adjacencies to the high ones. A key is a set of pairs of labelled nodes; every copy gets an edge or none at each, by a fair coin.
/// Identification labels the leaked graph alike, matches labels approximately, and names the nearest copies. It needs no ids. Follows the authors' published code.
/// </summary>
/// <param name="options">The choices for new keys.</param>
public sealed class EppsteinWatermark(EppsteinOptions? options = null) : IGraphWatermark<EppsteinKey>
{
    private readonly EppsteinOptions options = options ?? new EppsteinOptions();

    /// <inheritdoc/>
    public string Name => "Eppstein et al.";

    /// <summary>Chooses thresholds, pairs and identifiers. The same secret gives the same key.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="secret">32 random bytes.</param>
    /// <exception cref="ArgumentException">The graph has no valid thresholds, or too few labelled nodes for the key; the message names high, medium and N.</exception>
    public EppsteinKey GenerateKey(Graph original, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(original);
        Graph ordered = Ordered(original, out _);
        int high = DegreeThresholds.PreviousValid(ordered, options.HighNodes);
        if (high < 1)
        {
            throw Impossible($"no number of high nodes from 1 to {options.HighNodes} separates degrees", high, 0, original);
        }
        int medium = options.MediumNodes is { } wanted
            ? DegreeThresholds.PreviousValid(ordered, wanted)
            : DegreeThresholds.MediumFor(ordered, high);
        if (medium < high + 2)
        {
            throw Impossible("there are fewer than 2 medium nodes", high, Math.Max(0, medium - high), original);
        }
        int size = options.KeySize ?? Math.Min(medium / 2, options.MostPairs ?? int.MaxValue);
        if (options.Copy >= options.Copies)
        {
            throw new ArgumentException($"Copy is {options.Copy}; there are {options.Copies} copies, counted from 0.");
        }
        using KeyStream pairs = new(secret, "eppstein-pairs");
        (int, int)[] key =
            KeyPairs.Draw(medium, size, options.PairsPerNode, pairs)
            ?? throw Impossible(
                $"{size} distinct pairs with each node in at most {options.PairsPerNode} do not exist",
                high,
                medium,
                original
            );
        using KeyStream coins = new(secret, "eppstein-identifiers");
        string[] identifiers = new string[options.Copies];
        for (int copy = 0; copy < identifiers.Length; copy++)
        {
            identifiers[copy] = string.Create(size, coins, static (text, c) => Toss(text, c));
        }
        return new EppsteinKey(GraphInfo.Of(original), high, medium, key, identifiers, options.Copy);
    }

    /// <summary>Makes the copy that the key names. The original is not changed.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="key">Its key.</param>
    /// <param name="progress">Told when the work is done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="KeyMismatchException">The key was made for another graph.</exception>
    public EmbedResult Embed(
        Graph original,
        EppsteinKey key,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        EmbedResult result = MakeCopy(original, key, key.Copy);
        progress?.Report(1);
        return result;
    }

    /// <summary>Makes one of the copies.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="key">Its key.</param>
    /// <param name="copy">The number of the copy, from 0.</param>
    /// <exception cref="KeyMismatchException">The key was made for another graph.</exception>
    public static EmbedResult MakeCopy(Graph original, EppsteinKey key, int copy)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(copy);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(copy, key.Identifiers.Count);
        key.Graph.Require(original);
        Graph ordered = Ordered(original, out int[] nodeAt);
        LabelledGraph labels = LabelledGraph.Of(ordered, key.HighNodes, key.MediumNodes);
        string bits = key.Identifiers[copy];
        return EmbedResult.Write(
            original,
            key.Pairs.Select((pair, i) => (nodeAt[labels.NodeAt(pair.A)], nodeAt[labels.NodeAt(pair.B)], bits[i] == '1'))
        );
    }

    /// <summary>Identifies the copy that leaked.</summary>
    /// <param name="suspect">The leaked graph. If it has the ids of the original they break ties; otherwise they are not used.</param>
    /// <param name="original">The unmarked original, which this scheme needs.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">No original was given.</exception>
    /// <exception cref="KeyMismatchException">The key was made for another graph.</exception>
    public EppsteinDetection Detect(Graph suspect, Graph? original, EppsteinKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(suspect);
        ArgumentNullException.ThrowIfNull(key);
        if (original is null)
        {
            throw new ArgumentException($"{Name} has no blind detection: give the original.", nameof(original));
        }
        key.Graph.Require(original);
        Graph ordered = Ordered(original, out int[] nodeAt);
        NodeAlignment ids = NodeAlignment.ById(original, suspect);
        Graph leaked;
        if (ids.OnlyInFirst == 0 && ids.OnlyInSecond == 0)
        {
            // The suspect's nodes in the order of the original's: so ties break alike.
            int[] number = new int[suspect.NodeCount];
            for (int rank = 0; rank < nodeAt.Length; rank++)
            {
                number[ids.SecondOfFirst[nodeAt[rank]]] = rank;
            }
            leaked = suspect.Relabel(number);
        }
        else
        {
            leaked = Ordered(suspect, out _);
        }
        return Identify(ordered, leaked, key, cancellationToken);
    }

    DetectionResult IGraphWatermark<EppsteinKey>.Detect(
        Graph suspect,
        Graph? original,
        EppsteinKey key,
        CancellationToken cancellationToken
    ) => Detect(suspect, original, key, cancellationToken);

    /// <summary>Identification on graphs whose nodes stand in order.</summary>
    internal static EppsteinDetection Identify(Graph ordered, Graph leaked, EppsteinKey key, CancellationToken cancellationToken)
    {
        LabelledGraph before = LabelledGraph.Of(ordered, key.HighNodes, key.MediumNodes);
        LabelledGraph after = LabelledGraph.Of(leaked, key.HighNodes, key.MediumNodes);
        int[]? matching = ApproximateIsomorphism.Match(before, after, cancellationToken);
        if (matching is null)
        {
            return new EppsteinDetection(DetectionOutcome.Absent, 0, 1, LabelsAmbiguous: true, "", []);
        }
        char[] bits = new char[key.Pairs.Count];
        for (int i = 0; i < bits.Length; i++)
        {
            int u = matching[before.NodeAt(key.Pairs[i].A)];
            int v = matching[before.NodeAt(key.Pairs[i].B)];
            bits[i] = leaked.HasEdge(u, v) ? '1' : '0';
        }
        int[] distances = [.. key.Identifiers.Select(id => id.Zip(bits).Count(b => b.First != b.Second))];
        int least = distances.Min();
        int[] nearest = [.. Enumerable.Range(0, distances.Length).Where(copy => distances[copy] == least)];
        int agreeing = bits.Length - distances[key.Copy];
        return new EppsteinDetection(
            nearest is [var only] && only == key.Copy ? DetectionOutcome.Present : DetectionOutcome.Absent,
            (double)agreeing / bits.Length,
            BinomialTail.AtLeast(agreeing, bits.Length, 0.5),
            LabelsAmbiguous: false,
            new string(bits),
            nearest
        )
        {
            Matching = matching,
        };
    }

    private static Graph Ordered(Graph graph, out int[] nodeAt)
    {
        // By rank among the ids first, so that renumbering a graph whose ids stay changes nothing.
        int[] ranks = NodeRanks.Of(graph);
        nodeAt = [.. Enumerable.Range(0, graph.NodeCount).OrderByDescending(graph.Degree).ThenBy(node => ranks[node])];
        int[] number = new int[nodeAt.Length];
        for (int rank = 0; rank < nodeAt.Length; rank++)
        {
            number[nodeAt[rank]] = rank;
        }
        return graph.WithIds(null).Relabel(number);
    }

    private static void Toss(Span<char> text, KeyStream coins)
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = coins.NextInt(2) == 0 ? '0' : '1';
        }
    }

    private static ArgumentException Impossible(string because, int high, int medium, Graph graph) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"No key is possible: {because} (high = {high}, medium = {medium}, N = {graph.NodeCount}). Choose other HighNodes, MediumNodes or KeySize."
            )
        );
}
