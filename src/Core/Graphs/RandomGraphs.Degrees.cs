using ResearchKit.Numerics;

namespace ResearchKit.Graphs;

public static partial class RandomGraphs
{
    /// <summary>
    /// The random power-law model with a cap on expected degrees: with average degree w, largest expected degree D and exponent g &gt; 2,
    /// i0 = N (w(g-2) / (D(g-1)))^(g-1), K0 = w ((g-2)/(g-1))² and p(i, j) = K0 (N^(g-3) (i+i0)(j+i0))^(-1/(g-1)), clipped to [0, 1];
    /// the pairs (i, j), i &lt; j, in row-major order, each an edge by one <c>NextDouble</c>. Node 0 has the largest expected degree.
    /// w and D are limits for large N: a finite graph has somewhat less (N = 2000, w = 10, D = 200, g = 2.75: 9.0 on average). Takes O(N²) time.
    /// (The model of Eppstein, Goodrich, Lam, Mamano, Mitzenmacher and Torres, "Models and algorithms for graph watermarking", 2016.)
    /// </summary>
    /// <param name="nodes">The number of nodes N, at least 1.</param>
    /// <param name="averageDegree">The average degree w, above 0 and at most <paramref name="maxDegree"/>.</param>
    /// <param name="maxDegree">The largest expected degree D, at most N - 1.</param>
    /// <param name="exponent">The exponent g, above 2.</param>
    /// <param name="stream">Gives N(N-1)/2 uniform draws.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static Graph PowerLaw(int nodes, double averageDegree, double maxDegree, double exponent, RandomStream stream)
    {
        CheckNodes(nodes, 1);
        if (!(exponent > 2) || !double.IsFinite(exponent))
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "The exponent is above 2.");
        if (!(maxDegree > 0 && maxDegree <= nodes - 1))
            throw new ArgumentOutOfRangeException(nameof(maxDegree), maxDegree, $"The largest degree is above 0 and at most {nodes - 1}.");
        if (!(averageDegree > 0 && averageDegree <= maxDegree))
        {
            throw new ArgumentOutOfRangeException(
                nameof(averageDegree),
                averageDegree,
                $"The average degree is above 0 and at most the largest degree, {maxDegree}."
            );
        }

        ArgumentNullException.ThrowIfNull(stream);
        var edges = new List<ulong>();
        Span<double> draws = stackalloc double[DrawsAtOnce];
        (double scale, double[] factors) = PowerLawFactors(nodes, averageDegree, maxDegree, exponent);
        for (int i = 0; i < nodes; i++)
        {
            double rowScale = scale * factors[i];
            for (int start = i + 1; start < nodes; start += DrawsAtOnce)
            {
                Span<double> row = draws[..Math.Min(DrawsAtOnce, nodes - start)];
                stream.Fill(row);
                for (int j = 0; j < row.Length; j++)
                {
                    if (row[j] < rowScale * factors[start + j])
                        edges.Add(Graph.Pack(i, start + j));
                }
            }
        }

        return Build(nodes, edges);
    }

    /// <summary>
    /// A random k-regular graph, simple and connected, by pairing free ends (Steger and Wormald, "Generating random regular graphs quickly", 1999): two free ends
    /// are drawn by <c>NextInt</c> until they belong to different nodes that are not joined, and are joined; if no such two are left, all starts again, as it does
    /// if the graph is not connected. Above k = (N-1)/2 the complement is drawn; k = 2 is a cycle through a random permutation of the nodes.
    /// Asymptotically uniform for k = o(N^(1/3)).
    /// </summary>
    /// <param name="nodes">The number of nodes N, at least 1.</param>
    /// <param name="degree">The degree k of every node, at most N-1; Nk is even; 0 only for N = 1, 1 only for N = 2 (else no such graph is connected).</param>
    /// <param name="stream">Gives the draws.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no simple connected graph with these numbers.</exception>
    public static Graph RandomRegular(int nodes, int degree, RandomStream stream)
    {
        CheckNodes(nodes, 1);
        bool exists =
            degree >= 0 && degree < nodes && (long)nodes * degree % 2 == 0 && (degree >= 2 || (nodes, degree) is (1, 0) or (2, 1));
        if (!exists)
        {
            throw new ArgumentOutOfRangeException(
                nameof(degree),
                degree,
                $"No connected simple graph on {nodes} nodes has this degree: it is at least 2 and below {nodes}, and degree times nodes is even."
            );
        }

        CheckEdges((long)nodes * degree / 2);
        ArgumentNullException.ThrowIfNull(stream);
        if (degree == 2)
            return Cycle(stream.Permutation(nodes));
        if (degree > (nodes - 1) / 2)
            return Build(nodes, Complement(nodes, Pairing(nodes, nodes - 1 - degree, stream))); // every degree is at least N/2: connected (Dirac)
        while (true)
        {
            Graph graph = Build(nodes, Pairing(nodes, degree, stream));
            if (ConnectedComponents.Of(graph).Count == 1)
                return graph;
        }
    }

    internal static (double Scale, double[] Factors) PowerLawFactors(int nodes, double averageDegree, double maxDegree, double exponent)
    {
        double power = -1 / (exponent - 1);
        double i0 = nodes * Math.Pow(averageDegree * (exponent - 2) / (maxDegree * (exponent - 1)), exponent - 1);
        double k0 = averageDegree * Math.Pow((exponent - 2) / (exponent - 1), 2);
        var factors = new double[nodes];
        for (int i = 0; i < nodes; i++)
            factors[i] = Math.Pow(i + i0, power);
        return (k0 * Math.Pow(nodes, (exponent - 3) * power), factors);
    }

    private static Graph Cycle(int[] order)
    {
        var edges = new ulong[order.Length];
        for (int i = 0; i < order.Length; i++)
            edges[i] = Graph.Pack(order[i], order[(i + 1) % order.Length]);
        return Graph.FromPacked(order.Length, edges, null, out _, out _);
    }

    /// <summary>A random simple regular graph, connected or not.</summary>
    private static List<ulong> Pairing(int nodes, int degree, RandomStream stream)
    {
        var ends = new int[nodes * degree];
        var neighbours = new int[nodes * degree]; // row of each node, the first used[node] filled
        var used = new int[nodes];
        while (true)
        {
            Array.Clear(used);
            for (int i = 0; i < ends.Length; i++)
                ends[i] = i / degree;
            int free = ends.Length;
            int misses = 0;
            while (free > 0)
            {
                int first = stream.NextInt(free);
                int second = stream.NextInt(free);
                (int u, int v) = (ends[first], ends[second]);
                if (!CanJoin(u, v))
                {
                    if (++misses > 10 * free && !AnyCanJoin(free))
                        break;
                    continue;
                }

                misses = 0;
                neighbours[u * degree + used[u]++] = v;
                neighbours[v * degree + used[v]++] = u;
                ends[Math.Max(first, second)] = ends[--free];
                ends[Math.Min(first, second)] = ends[--free];
            }

            if (free == 0)
                break;
        }

        var edges = new List<ulong>(nodes * degree / 2);
        for (int u = 0; u < nodes; u++)
        {
            foreach (int v in neighbours.AsSpan(u * degree, degree))
            {
                if (u < v)
                    edges.Add(Graph.Pack(u, v));
            }
        }

        return edges;

        bool CanJoin(int u, int v) => u != v && !neighbours.AsSpan(u * degree, used[u]).Contains(v);

        bool AnyCanJoin(int free)
        {
            for (int i = 0; i < free; i++)
            {
                for (int j = i + 1; j < free; j++)
                {
                    if (CanJoin(ends[i], ends[j]))
                        return true;
                }
            }

            return false;
        }
    }

    private static List<ulong> Complement(int nodes, List<ulong> edges)
    {
        HashSet<ulong> present = [.. edges];
        var complement = new List<ulong>();
        for (int u = 0; u < nodes; u++)
        {
            for (int v = u + 1; v < nodes; v++)
            {
                if (!present.Contains(Graph.Pack(u, v)))
                    complement.Add(Graph.Pack(u, v));
            }
        }

        return complement;
    }
}
