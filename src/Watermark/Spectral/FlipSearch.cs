using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// Finds the pairs that a field flips. Values are first taken approximately (single precision, or from a transform) and those near a
/// decision again in double precision, so the flips are the same on every machine and for every number of threads.
/// </summary>
/// <param name="graph">The original.</param>
/// <param name="positions">Where its nodes stand.</param>
/// <param name="edges">Its packed edges, ascending.</param>
/// <param name="options">The scheme with the limits of whoever embeds.</param>
/// <param name="threads">The threads to use.</param>
/// <param name="progress">Told the share done.</param>
/// <param name="cancellationToken">Stops the work.</param>
internal sealed class FlipSearch(
    Graph graph,
    NodePositions positions,
    ulong[] edges,
    FfgOptions options,
    int threads,
    IProgress<double>? progress,
    CancellationToken cancellationToken
)
{
    private ParallelOptions Parallelism => new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };

    /// <summary>The pairs of largest gain among all pairs.</summary>
    public BudgetFlips BudgetDense(SpectralField field, int additions, int removals, bool together)
    {
        DenseField dense = new(field, positions.Count);
        BudgetFlips flips = new(additions, removals, together, dense.ErrorBound);
        dense.ForEachRow(
            threads,
            () => flips.Fresh(),
            (x, values, mine) =>
            {
                double floor = mine.Floor;
                for (int y = x + 1; y < values.Length; y++)
                {
                    if (Math.Abs(values[y]) >= floor)
                    {
                        Offer(mine, x, y, values[y]);
                    }
                }
            },
            flips.MergeLocked,
            progress,
            cancellationToken
        );
        return flips;
    }

    /// <summary>The pairs of largest gain among the edges and random non-edges.</summary>
    public BudgetFlips BudgetSampled(SpectralField field, ulong[] nonEdges, int additions, int removals, bool together)
    {
        PairScorer scorer = new(field);
        BudgetFlips flips = new(additions, removals, together, scorer.ErrorBound);
        int done = 0;
        int total = (edges.Length / Chunk) + (nonEdges.Length / Chunk) + 2;
        foreach ((ulong[] pairs, bool areEdges) in new[] { (edges, true), (nonEdges, false) })
        {
            if ((areEdges ? removals : additions) == 0)
            {
                continue;
            }
            Parallel.For(
                0,
                (pairs.Length + Chunk - 1) / Chunk,
                Parallelism,
                () => (Flips: flips.Fresh(), Buffers: new ScoreBuffers(scorer.ScratchLength)),
                (chunk, _, mine) =>
                {
                    ReadOnlySpan<ulong> part = pairs.AsSpan(chunk * Chunk, Math.Min(Chunk, pairs.Length - (chunk * Chunk)));
                    ScoreChunk(scorer, part, areEdges, mine.Flips, mine.Buffers);
                    progress?.Report((double)Interlocked.Increment(ref done) / total);
                    return mine;
                },
                mine => flips.MergeLocked(mine.Flips)
            );
        }
        return flips;
    }

    /// <summary>A pair is an edge iff A' = A + delta is at least one half.</summary>
    public ulong[] Threshold(SpectralField delta)
    {
        DenseField dense = new(delta, positions.Count);
        List<ulong> flips = [];
        double near = 0.5 - dense.ErrorBound;
        dense.ForEachRow(
            threads,
            () => new List<ulong>(),
            (x, values, mine) =>
            {
                for (int y = x + 1; y < values.Length; y++)
                {
                    if (Math.Abs(values[y]) >= near && CrossesHalf(delta, x, y, values[y], dense.ErrorBound))
                    {
                        mine.Add(PositionPair.Pack(x, y));
                    }
                }
            },
            mine => AddLocked(flips, mine),
            progress,
            cancellationToken
        );
        flips.Sort();
        return [.. flips];
    }

    /// <summary>A non-edge is added with probability delta, an edge removed with probability -delta; one uniform a pair, in the order of pairs.</summary>
    public ulong[] Stochastic(SpectralField delta, KeyStream stream)
    {
        DenseField dense = new(delta, positions.Count);
        List<ulong> flips = [];
        double[] uniform = new double[positions.Count];
        // One thread: the rows of the secret's stream follow one another.
        dense.ForEachRow(
            1,
            () => flips,
            (x, values, found) =>
            {
                for (int y = x + 1; y < values.Length; y++)
                {
                    uniform[y] = stream.NextDouble();
                }
                for (int y = x + 1; y < values.Length; y++)
                {
                    double distance = Math.Abs(values[y]) - uniform[y];
                    if (distance <= -dense.ErrorBound || !MayFlip(x, y, values[y], out bool isEdge))
                    {
                        continue;
                    }
                    double value = distance < dense.ErrorBound ? delta.At(x, y) : values[y];
                    if ((isEdge ? -value : value) > uniform[y])
                    {
                        found.Add(PositionPair.Pack(x, y));
                    }
                }
            },
            _ => { },
            progress,
            cancellationToken
        );
        return [.. flips];
    }

    /// <summary>The E pairs of largest A' = A + delta become the edges; the flips are those that enter and those that leave.</summary>
    public ulong[] TopE(SpectralField delta)
    {
        DenseField dense = new(delta, positions.Count);
        TopPairs top = new(edges.Length, dense.ErrorBound, double.NegativeInfinity);
        dense.ForEachRow(
            threads,
            () =>
            {
                lock (top)
                {
                    return top.Fresh();
                }
            },
            (x, values, mine) =>
            {
                int node = positions.NodeAt[x];
                double floor = mine.Floor;
                for (int y = x + 1; y < values.Length; y++)
                {
                    if (values[y] + 1 >= floor)
                    {
                        double value = values[y] + (graph.HasEdge(node, positions.NodeAt[y]) ? 1 : 0);
                        mine.Offer(value, PositionPair.Pack(x, y));
                    }
                }
            },
            mine =>
            {
                lock (top)
                {
                    top.Merge(mine);
                }
            },
            progress,
            cancellationToken
        );
        HashSet<ulong> before = [.. edges];
        ulong[] after = top.Select(pair =>
        {
            (int x, int y) = PositionPair.Unpack(pair);
            return delta.At(x, y) + (before.Contains(pair) ? 1 : 0);
        });
        before.SymmetricExceptWith(after);
        return [.. before.Order()];
    }

    /// <summary>Whether flipping a pair goes with the sign of the field, and nobody protects it.</summary>
    private bool MayFlip(int x, int y, double value, out bool isEdge)
    {
        (int u, int v) = positions.NodesAt(x, y);
        isEdge = graph.HasEdge(u, v);
        return (value < 0) == isEdge && options.Protected?.Invoke(u, v) != true;
    }

    private const int Chunk = 1 << 13;

    private bool CrossesHalf(SpectralField delta, int x, int y, double value, double error)
    {
        if (!MayFlip(x, y, value, out bool isEdge))
        {
            return false;
        }
        double exact = Math.Abs(Math.Abs(value) - 0.5) <= error ? delta.At(x, y) : value;
        return isEdge ? exact < -0.5 : exact >= 0.5;
    }

    private void Offer(BudgetFlips flips, int x, int y, double value)
    {
        (int u, int v) = positions.NodesAt(x, y);
        bool isEdge = graph.HasEdge(u, v);
        double gain = isEdge ? -value : value;
        if (gain >= flips.Floor && options.Protected?.Invoke(u, v) != true)
        {
            flips.Offer(gain, PositionPair.Pack(x, y), isEdge);
        }
    }

    private void ScoreChunk(PairScorer scorer, ReadOnlySpan<ulong> pairs, bool areEdges, BudgetFlips flips, ScoreBuffers buffers)
    {
        int start = 0;
        while (start < pairs.Length)
        {
            (int x, _) = PositionPair.Unpack(pairs[start]);
            int end = start;
            for (; end < pairs.Length && (int)(pairs[end] >> 32) == x; end++)
            {
                buffers.Ys[end - start] = (int)(uint)pairs[end];
            }
            int count = end - start;
            scorer.Score(x, buffers.Ys.AsSpan(0, count), buffers.Scores, buffers.Scratch);
            for (int i = 0; i < count; i++)
            {
                double gain = areEdges ? -buffers.Scores[i] : buffers.Scores[i];
                if (gain >= flips.Floor && !IsProtected(x, buffers.Ys[i]))
                {
                    flips.Offer(gain, pairs[start + i], areEdges);
                }
            }
            start = end;
        }
    }

    private bool IsProtected(int x, int y)
    {
        if (options.Protected is not { } isProtected)
        {
            return false;
        }
        (int u, int v) = positions.NodesAt(x, y);
        return isProtected(u, v);
    }

    private static void AddLocked(List<ulong> all, List<ulong> mine)
    {
        lock (all)
        {
            all.AddRange(mine);
        }
    }

    private sealed class ScoreBuffers(int scratch)
    {
        public int[] Ys { get; } = new int[Chunk];

        public float[] Scores { get; } = new float[Chunk];

        public float[] Scratch { get; } = new float[scratch];
    }
}
