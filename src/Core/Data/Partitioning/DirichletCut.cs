namespace ResearchKit.Data;

/// <summary>Cuts an order of rows into pieces by shares.</summary>
internal static class DirichletCut
{
    /// <summary>Cuts at floor(cumulative share x rows), the sum taken in order; the last piece takes the rest.</summary>
    internal static int[][] AtCumulativeShares(int[] order, ReadOnlySpan<double> shares)
    {
        var pieces = new int[shares.Length][];
        double sum = 0;
        int start = 0;
        for (int piece = 0; piece < pieces.Length; piece++)
        {
            sum += shares[piece];
            // The sum may round to a little more than 1.
            int end = piece == pieces.Length - 1 ? order.Length : Math.Clamp((int)(sum * order.Length), start, order.Length);
            pieces[piece] = order[start..end];
            start = end;
        }

        return pieces;
    }

    /// <summary>Pieces of floor(share x rows) each; the last takes the rest.</summary>
    internal static int[][] ByFlooredShares(int[] order, ReadOnlySpan<double> shares)
    {
        var pieces = new int[shares.Length][];
        int start = 0;
        for (int piece = 0; piece < pieces.Length; piece++)
        {
            int end = piece == pieces.Length - 1 ? order.Length : Math.Min(order.Length, start + (int)(shares[piece] * order.Length));
            pieces[piece] = order[start..end];
            start = end;
        }

        return pieces;
    }
}
