namespace ResearchKit.Watermark;

/// <summary>
/// A uniform random set of non-edges: pairs of positions drawn from the secret, existing edges rejected, repeated
/// pairs dropped. Each round draws exactly what is still missing, so the set does not depend on how it is sorted or split.
/// </summary>
internal static class SampledPairs
{
    /// <summary>Draws non-edges.</summary>
    /// <param name="nodes">The number of positions.</param>
    /// <param name="edges">The packed edges, ascending.</param>
    /// <param name="wanted">How many; all non-edges if there are no more.</param>
    /// <param name="stream">The secret's stream for candidates.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Packed pairs, ascending, distinct, none an edge.</returns>
    public static ulong[] Draw(int nodes, ulong[] edges, int wanted, KeyStream stream, CancellationToken cancellationToken)
    {
        long available = ((long)nodes * (nodes - 1) / 2) - edges.Length;
        if (wanted <= available / 2)
        {
            return DrawSparse(nodes, edges, wanted, stream, cancellationToken);
        }
        // Most non-edges are wanted: draw those to leave out, which keeps the rounds few.
        long left = Math.Max(0, available - wanted);
        ulong[] leftOut = left == 0 ? [] : DrawSparse(nodes, edges, (int)left, stream, cancellationToken);
        ulong[] pairs = new ulong[available - left];
        int next = 0;
        int edge = 0;
        int skip = 0;
        for (int x = 0; x < nodes; x++)
        {
            for (int y = x + 1; y < nodes; y++)
            {
                ulong pair = PositionPair.Pack(x, y);
                if (edge < edges.Length && edges[edge] == pair)
                {
                    edge++;
                }
                else if (skip < leftOut.Length && leftOut[skip] == pair)
                {
                    skip++;
                }
                else
                {
                    pairs[next++] = pair;
                }
            }
        }
        return pairs;
    }

    private static ulong[] DrawSparse(int nodes, ulong[] edges, int wanted, KeyStream stream, CancellationToken cancellationToken)
    {
        ulong[] pairs = new ulong[wanted];
        int have = 0;
        while (have < wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = have; i < wanted; i++)
            {
                int x = stream.NextInt(nodes);
                int y = stream.NextInt(nodes - 1);
                pairs[i] = PositionPair.Pack(x, y + (y >= x ? 1 : 0));
            }
            SortPairs(pairs, nodes);
            have = KeepNew(pairs, edges);
        }
        return pairs;
    }

    // The array is ascending: repeated pairs stand side by side, edges are found by walking along both lists.
    private static int KeepNew(ulong[] pairs, ulong[] edges)
    {
        int kept = 0;
        int edge = 0;
        for (int i = 0; i < pairs.Length; i++)
        {
            ulong pair = pairs[i];
            while (edge < edges.Length && edges[edge] < pair)
            {
                edge++;
            }
            bool isEdge = edge < edges.Length && edges[edge] == pair;
            bool isRepeated = kept > 0 && pairs[kept - 1] == pair;
            if (!isEdge && !isRepeated)
            {
                pairs[kept++] = pair;
            }
        }
        return kept;
    }

    /// <summary>Sorts packed pairs by two counting sorts; linear, unlike a comparison sort.</summary>
    private static void SortPairs(ulong[] pairs, int nodes)
    {
        if (pairs.Length < nodes)
        {
            Array.Sort(pairs);
            return;
        }
        ulong[] scratch = new ulong[pairs.Length];
        CountingPass(pairs, scratch, nodes, shift: 0);
        CountingPass(scratch, pairs, nodes, shift: 32);
    }

    private static void CountingPass(ulong[] from, ulong[] to, int nodes, int shift)
    {
        int[] start = new int[nodes + 1];
        foreach (ulong pair in from)
        {
            start[(int)(uint)(pair >> shift) + 1]++;
        }
        for (int i = 0; i < nodes; i++)
        {
            start[i + 1] += start[i];
        }
        foreach (ulong pair in from)
        {
            to[start[(int)(uint)(pair >> shift)]++] = pair;
        }
    }
}
