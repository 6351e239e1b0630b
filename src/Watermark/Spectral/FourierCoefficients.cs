using System.Numerics;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// Chosen coefficients of the two-dimensional Fourier transform of an adjacency matrix, F(u,v) = sum A(x,y) e^{-2 pi i(ux+vy)/M},
/// summed over the edges: O(m E), without the N^2 of a transform.
/// </summary>
public static class FourierCoefficients
{
    /// <summary>Evaluates coefficients; node numbers are the positions x and y.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="coefficients">The indices (u, v), each 0..M-1.</param>
    /// <param name="transformSize">M; the number of nodes if null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One value a coefficient, in the order given, to about 1e-13 of the number of edges.</returns>
    /// <exception cref="ArgumentOutOfRangeException">M is smaller than the number of nodes, or an index is outside 0..M-1.</exception>
    public static Complex[] Evaluate(
        Graph graph,
        ReadOnlySpan<(int U, int V)> coefficients,
        int? transformSize = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(graph);
        int size = transformSize ?? graph.NodeCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(size, Math.Max(1, graph.NodeCount), nameof(transformSize));
        Carrier[] carriers = new Carrier[coefficients.Length];
        for (int i = 0; i < carriers.Length; i++)
        {
            (int u, int v) = coefficients[i];
            if ((uint)u >= (uint)size || (uint)v >= (uint)size)
            {
                throw new ArgumentOutOfRangeException(nameof(coefficients), (u, v), $"Coefficient {i} is outside 0..{size - 1}.");
            }
            carriers[i] = new Carrier(u, v);
        }
        ulong[] pairs = new ulong[graph.EdgeCount];
        int next = 0;
        foreach ((int u, int v) in graph.Edges())
        {
            pairs[next++] = PositionPair.Pack(u, v);
        }
        return OfPairs(pairs, carriers, PhasorTable.OfSize(size), Environment.ProcessorCount, cancellationToken);
    }

    internal static Complex[] OfPairs(
        ulong[] pairs,
        Carrier[] carriers,
        PhasorTable phasors,
        int threads,
        CancellationToken cancellationToken
    )
    {
        Complex[] sums = WaveSums.Of(pairs, null, carriers, phasors, threads, cancellationToken);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = Complex.Conjugate(sums[i]);
        }
        return sums;
    }
}
