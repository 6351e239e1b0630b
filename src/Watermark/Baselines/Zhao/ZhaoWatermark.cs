using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// "Towards Graph Watermarks" (Zhao, Liu, Zheng, Zhao 2015, arXiv:1506.00022): a small random graph, made from the owner's and the user's key, is written over the
/// subgraph on some nodes; its owner looks for it by the structure around those nodes, without ids. The paper's body was not at hand: descriptor, sizes and
/// tolerances are this library's reconstruction.
/// </summary>
/// <param name="options">The choices.</param>
public sealed class ZhaoWatermark(ZhaoOptions? options = null) : IGraphWatermark<ZhaoKey>
{
    // Of the robust form: tolerances of degree and descriptor, and of the pairs of the subgraph.
    private const double DegreeTolerance = 0.1;
    private const double StructureTolerance = 0.2;
    private const double PairTolerance = 0.1;

    private readonly ZhaoOptions options = options ?? new ZhaoOptions();

    /// <inheritdoc/>
    public string Name => options.Robust ? "Zhao et al., robust" : "Zhao et al.";

    /// <summary>Makes the key of an owner for a graph given to one user alone.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="secret">The owner's key.</param>
    public ZhaoKey GenerateKey(Graph original, ReadOnlySpan<byte> secret) => GenerateKey(original, secret, []);

    /// <summary>Makes the key for a user.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="graphKey">The owner's key, of any length but 0.</param>
    /// <param name="userKey">The user's key; may be empty.</param>
    /// <exception cref="ArgumentException">The owner's key is empty, or the graph has too few nodes for the subgraphs.</exception>
    public ZhaoKey GenerateKey(Graph original, ReadOnlySpan<byte> graphKey, ReadOnlySpan<byte> userKey)
    {
        ArgumentNullException.ThrowIfNull(original);
        if (graphKey.IsEmpty)
        {
            throw new ArgumentException("The owner's key is empty.", nameof(graphKey));
        }
        int size = original.NodeCount < 2 ? 1 : (int)Math.Ceiling((2 + options.Excess) * Math.Log2(original.NodeCount));
        if (size < 2 || (long)size * options.Count > original.NodeCount)
        {
            throw new ArgumentException(
                $"{options.Count} subgraphs of k = {size} nodes do not fit into a graph of N = {original.NodeCount} nodes.",
                nameof(original)
            );
        }
        GraphInfo info = GraphInfo.Of(original);
        return new ZhaoKey(ZhaoKey.SeedOf(graphKey, userKey, info.Sha256!), info, size, options.Count);
    }

    /// <inheritdoc/>
    /// <exception cref="KeyMismatchException">The key was made for another graph.</exception>
    public EmbedResult Embed(Graph original, ZhaoKey key, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(key);
        key.Graph.Require(original);
        EmbedResult result = Write(original, MarkSubgraph.Of(original, key, cancellationToken));
        progress?.Report(1);
        return result;
    }

    /// <summary>Looks for the subgraphs. Neither graph's ids are used, but for the order of nodes of equal structure in the original.</summary>
    /// <param name="suspect">The graph that may carry the mark.</param>
    /// <param name="original">The unmarked original, which this scheme needs.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">No original was given.</exception>
    /// <exception cref="KeyMismatchException">The key was made for another graph.</exception>
    public ZhaoDetection Detect(Graph suspect, Graph? original, ZhaoKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(suspect);
        ArgumentNullException.ThrowIfNull(key);
        if (original is null)
        {
            throw new ArgumentException($"{Name} has no blind detection: give the original.", nameof(original));
        }
        key.Graph.Require(original);
        MarkSubgraph[] marks = MarkSubgraph.Of(original, key, cancellationToken);
        Graph marked = Write(original, marks).Graph;
        SubgraphCandidates candidates = options.Robust
            ? new SubgraphCandidates(suspect, DegreeTolerance, StructureTolerance)
            : new SubgraphCandidates(suspect, 0, 0);
        int pairs = key.Size * (key.Size - 1) / 2;
        int allowed = options.Robust ? (int)(PairTolerance * pairs) : 0;
        List<int> found = [];
        bool undecided = false;
        long tried = 0;
        (double score, double pValue) = (0, 1);
        for (int m = 0; m < marks.Length; m++)
        {
            int[][] choices = [.. marks[m].Nodes.Select(node => candidates.For(NodeStructure.Of(marked, node)))];
            SubgraphSearch search = new(suspect, marks[m], choices, allowed, options.SearchLimit);
            DetectionOutcome outcome = search.Run(cancellationToken);
            tried += search.Tried;
            undecided |= outcome == DetectionOutcome.Undecided;
            if (outcome == DetectionOutcome.Present)
            {
                found.Add(m);
                score = Math.Max(score, 1 - ((double)search.Mismatches / pairs));
                pValue = Math.Min(pValue, marks.Length * Chance(choices, marks[m].FreePairs, allowed));
            }
        }
        DetectionOutcome all =
            found.Count > 0 ? DetectionOutcome.Present
            : undecided ? DetectionOutcome.Undecided
            : DetectionOutcome.Absent;
        return new ZhaoDetection(all, score, Math.Min(1, pValue), found, tried);
    }

    DetectionResult IGraphWatermark<ZhaoKey>.Detect(Graph suspect, Graph? original, ZhaoKey key, CancellationToken cancellationToken) =>
        Detect(suspect, original, key, cancellationToken);

    private static EmbedResult Write(Graph original, MarkSubgraph[] marks) =>
        EmbedResult.Write(
            original,
            marks.SelectMany(mark =>
                Enumerable
                    .Range(0, mark.Nodes.Length)
                    .SelectMany(i =>
                        Enumerable.Range(i + 1, mark.Nodes.Length - i - 1).Select(j => (mark.Nodes[i], mark.Nodes[j], mark.Joined(i, j)))
                    )
            )
        );

    // The expected number of maps onto a random subgraph: every combination of candidates, times the share of bit patterns within the tolerance.
    private static double Chance(int[][] candidates, int freePairs, int allowed)
    {
        double log = candidates.Sum(c => Math.Log2(Math.Max(1, c.Length))) - freePairs;
        double patterns = 0;
        double term = 1;
        for (int mismatches = 0; mismatches <= Math.Min(allowed, freePairs); mismatches++)
        {
            patterns += term;
            term *= (double)(freePairs - mismatches) / (mismatches + 1);
        }
        return Math.Pow(2, log + Math.Log2(patterns));
    }
}
