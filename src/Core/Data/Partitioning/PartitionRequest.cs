using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>What all partitioners check and share.</summary>
internal static class PartitionRequest
{
    internal static void Check(int rows, int classCount, int clients, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        if (clients < 1 || clients > rows)
            throw new ArgumentOutOfRangeException(nameof(clients), clients, $"{rows} rows are divided among 1 to {rows} clients.");
    }

    internal static double Concentration(double alpha) =>
        alpha is > 0 and < double.PositiveInfinity
            ? alpha
            : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The Dirichlet parameter is positive and finite.");

    internal static int AtLeast(int value, int least, string name) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"At least {least}.");

    /// <summary>Pieces of floor(length / pieces) in order; the last takes the rest.</summary>
    internal static int[][] EqualPieces(int[] order, int pieces)
    {
        int size = order.Length / pieces;
        var cut = new int[pieces][];
        for (int piece = 0; piece < pieces; piece++)
            cut[piece] = order[(piece * size)..(piece == pieces - 1 ? order.Length : (piece + 1) * size)];
        return cut;
    }

    /// <summary>Pieces in order whose sizes differ by at most one, the larger ones spread among the others.</summary>
    internal static int[][] EvenPieces(int[] order, int pieces)
    {
        var cut = new int[pieces][];
        for (int piece = 0; piece < pieces; piece++)
            cut[piece] = order[(int)((long)piece * order.Length / pieces)..(int)((piece + 1L) * order.Length / pieces)];
        return cut;
    }
}
