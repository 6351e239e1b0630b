using ResearchKit.Numerics;

namespace ResearchKit.Graphs;

/// <summary>
/// Random graphs on a <see cref="RandomStream"/>: equal streams give equal graphs. Each method states which draws it makes in which order, so that a result can
/// be predicted. The stream is advanced; give every graph its own.
/// </summary>
public static partial class RandomGraphs
{
    private const int DrawsAtOnce = 4096;

    /// <summary>
    /// Erdős-Rényi G(N, p): the pairs (u, v), u &lt; v, in row-major order, each an edge with probability p by one <c>NextDouble</c>.
    /// Takes O(N²) time: for large sparse graphs see <see cref="ErdosRenyiBySkipping"/>.
    /// </summary>
    /// <param name="nodes">The number of nodes, at least 0.</param>
    /// <param name="probability">The probability of each edge, 0 to 1.</param>
    /// <param name="stream">Gives N(N-1)/2 uniform draws.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static Graph ErdosRenyi(int nodes, double probability, RandomStream stream)
    {
        CheckNodes(nodes, 0);
        CheckProbability(probability, nameof(probability));
        ArgumentNullException.ThrowIfNull(stream);
        var edges = new List<ulong>();
        Span<double> draws = stackalloc double[DrawsAtOnce];
        for (int u = 0; u < nodes; u++)
        {
            for (int start = u + 1; start < nodes; start += DrawsAtOnce)
            {
                Span<double> row = draws[..Math.Min(DrawsAtOnce, nodes - start)];
                stream.Fill(row);
                for (int i = 0; i < row.Length; i++)
                {
                    if (row[i] < probability)
                        edges.Add(Graph.Pack(u, start + i));
                }
            }
        }

        return Build(nodes, edges);
    }

    /// <summary>
    /// Erdős-Rényi G(N, p) in O(N + E) (Batagelj and Brandes 2005): the numbers of pairs without an edge between two edges, in row-major order, are geometric.
    /// The law of <see cref="ErdosRenyi"/>, but other draws: the same stream gives another graph.
    /// </summary>
    /// <param name="nodes">The number of nodes, at least 0.</param>
    /// <param name="probability">The probability of each edge, 0 to 1.</param>
    /// <param name="stream">Gives one <c>NextDoubleOpen</c> an edge, and one more.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static Graph ErdosRenyiBySkipping(int nodes, double probability, RandomStream stream)
    {
        CheckNodes(nodes, 0);
        CheckProbability(probability, nameof(probability));
        ArgumentNullException.ThrowIfNull(stream);
        var edges = new List<ulong>();
        double logMiss = double.LogP1(-probability);
        long pairs = PairCount(nodes);
        int u = 0;
        long rowStart = 0;
        for (long pair = -1; probability > 0; )
        {
            double skip = probability == 1 ? 0 : Math.Floor(Math.Log(stream.NextDoubleOpen()) / logMiss);
            if (skip >= pairs - pair - 1)
                break;
            pair += 1 + (long)skip;
            while (pair - rowStart >= nodes - 1 - u)
                rowStart += nodes - 1 - u++;
            edges.Add(Graph.Pack(u, u + 1 + (int)(pair - rowStart)));
        }

        return Build(nodes, edges);
    }

    /// <summary>
    /// Erdős-Rényi G(N, M): M different pairs, every set of M equally likely (Floyd's sampling over the pairs in row-major order: for j = P-M..P-1
    /// draw t = <c>NextInt64(j + 1)</c>, take t, or j if t is taken).
    /// </summary>
    /// <param name="nodes">The number of nodes, at least 0.</param>
    /// <param name="edgeCount">The number of edges M, 0 to N(N-1)/2.</param>
    /// <param name="stream">Gives M integer draws.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static Graph ErdosRenyiWithEdges(int nodes, int edgeCount, RandomStream stream)
    {
        CheckNodes(nodes, 0);
        long pairs = PairCount(nodes);
        if (edgeCount < 0 || edgeCount > pairs)
            throw new ArgumentOutOfRangeException(nameof(edgeCount), edgeCount, $"A graph on {nodes} nodes has 0 to {pairs} edges.");
        ArgumentNullException.ThrowIfNull(stream);
        var taken = new HashSet<long>(edgeCount);
        for (long last = pairs - edgeCount; last < pairs; last++)
        {
            long pair = stream.NextInt64(last + 1);
            if (!taken.Add(pair))
                taken.Add(last);
        }

        long[] sorted = [.. taken];
        Array.Sort(sorted);
        var edges = new List<ulong>(edgeCount);
        int u = 0;
        long rowStart = 0;
        foreach (long pair in sorted)
        {
            while (pair - rowStart >= nodes - 1 - u)
                rowStart += nodes - 1 - u++;
            edges.Add(Graph.Pack(u, u + 1 + (int)(pair - rowStart)));
        }

        return Build(nodes, edges);
    }

    /// <summary>
    /// Barabási-Albert preferential attachment (Science 1999): nodes 0..k-1 start isolated and are the targets of node k; each later node draws k different
    /// targets from the list in which every edge so far has put both of its ends, by <c>NextInt</c> of the list's length, repeated for a target drawn before.
    /// The graph has k(N-k) edges and is connected.
    /// </summary>
    /// <param name="nodes">The number of nodes N.</param>
    /// <param name="edgesPerNode">The number k of edges a new node brings, 1 to N-1.</param>
    /// <param name="stream">Gives at least k(N-k-1) integer draws.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static Graph BarabasiAlbert(int nodes, int edgesPerNode, RandomStream stream)
    {
        CheckNodes(nodes, 2);
        if (edgesPerNode < 1 || edgesPerNode >= nodes)
            throw new ArgumentOutOfRangeException(nameof(edgesPerNode), edgesPerNode, $"A new node brings 1 to {nodes - 1} edges.");
        CheckEdges((long)edgesPerNode * (nodes - edgesPerNode));
        ArgumentNullException.ThrowIfNull(stream);
        int k = edgesPerNode;
        var ends = new int[2 * k * (nodes - k)];
        var edges = new ulong[k * (nodes - k)];
        var targets = new int[k];
        var drawnFor = new int[nodes]; // the last node that drew this target; 0 for none, as node 0 draws nothing
        int filled = 0;
        for (int node = k; node < nodes; node++)
        {
            for (int i = 0; i < k; i++)
            {
                int target = i;
                if (node > k)
                {
                    do
                    {
                        target = ends[stream.NextInt(filled)];
                    } while (drawnFor[target] == node);
                    drawnFor[target] = node;
                }

                targets[i] = target;
            }

            foreach (int target in targets)
            {
                edges[filled / 2] = Graph.Pack(node, target);
                ends[filled++] = target;
                ends[filled++] = node;
            }
        }

        return Graph.FromPacked(nodes, edges, null, out _, out _);
    }

    /// <summary>
    /// Watts-Strogatz small world (Nature 1998): a ring in which each node is joined to its k nearest (k/2 on each side); then the edges (u, v), u &lt; v, in sorted
    /// order: with probability b (one <c>NextDouble</c> each) the second end v becomes a node drawn by <c>NextInt(N)</c>, repeated while it is u or a neighbour of u.
    /// A node that is joined to all others keeps its edge. The number of edges stays Nk/2.
    /// </summary>
    /// <param name="nodes">The number of nodes N.</param>
    /// <param name="neighbours">The number k of neighbours on the ring: even, 2 to N-1.</param>
    /// <param name="rewiring">The probability b of rewiring, 0 to 1.</param>
    /// <param name="stream">Gives the draws.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static Graph WattsStrogatz(int nodes, int neighbours, double rewiring, RandomStream stream)
    {
        CheckNodes(nodes, 3);
        if (neighbours < 2 || neighbours >= nodes || neighbours % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(neighbours), neighbours, $"The number of neighbours is even, 2 to {nodes - 1}.");
        CheckProbability(rewiring, nameof(rewiring));
        CheckEdges((long)nodes * neighbours / 2);
        ArgumentNullException.ThrowIfNull(stream);
        var lattice = new (int U, int V)[nodes * (neighbours / 2)];
        int next = 0;
        for (int node = 0; node < nodes; node++)
        {
            for (int step = 1; step <= neighbours / 2; step++)
                lattice[next++] = (node, (int)(((long)node + step) % nodes));
        }

        Graph ring = Graph.FromEdges(nodes, lattice);
        var present = new HashSet<ulong>(ring.EdgeCount);
        int[] degrees = ring.Degrees();
        foreach ((int u, int v) in ring.Edges())
            present.Add(Key(u, v));
        foreach ((int u, int v) in ring.Edges())
        {
            if (!stream.NextBool(rewiring) || degrees[u] == nodes - 1)
                continue;
            int end;
            do
            {
                end = stream.NextInt(nodes);
            } while (end == u || present.Contains(Key(u, end)));
            present.Remove(Key(u, v));
            present.Add(Key(u, end));
            degrees[v]--;
            degrees[end]++;
        }

        return Build(nodes, [.. present]);
    }

    private static Graph Build(int nodes, List<ulong> edges) => Graph.FromPacked(nodes, [.. edges], null, out _, out _);

    private static ulong Key(int u, int v) => Graph.Pack(Math.Min(u, v), Math.Max(u, v));

    private static long PairCount(int nodes) => (long)nodes * (nodes - 1) / 2;

    private static void CheckNodes(int nodes, int least)
    {
        if (nodes < least)
            throw new ArgumentOutOfRangeException(nameof(nodes), nodes, $"The graph has at least {least} nodes.");
    }

    private static void CheckEdges(long edges)
    {
        if (edges > Array.MaxLength / 2)
            throw new ArgumentOutOfRangeException(nameof(edges), edges, $"A graph holds at most {Array.MaxLength / 2} edges.");
    }

    private static void CheckProbability(double value, string name)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(name, value, "A probability is 0 to 1.");
    }
}
