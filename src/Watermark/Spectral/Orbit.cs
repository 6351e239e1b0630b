namespace ResearchKit.Watermark;

/// <summary>
/// The coefficients of the spectrum of a symmetric real matrix that are one and the same number up to conjugation:
/// {(u,v), (v,u), (-u,-v), (-v,-u)} mod M, of size 1, 2 or 4. A watermark treats an orbit as one carrier, else the field would
/// be neither real nor symmetric.
/// </summary>
/// <param name="U">The first index of the lexicographically smallest member.</param>
/// <param name="V">The second index of the lexicographically smallest member.</param>
/// <param name="Size">The number of distinct members: 1, 2 or 4.</param>
public readonly record struct Orbit(int U, int V, int Size)
{
    /// <summary>The orbit of a coefficient.</summary>
    /// <param name="u">The first index, 0..M-1.</param>
    /// <param name="v">The second index, 0..M-1.</param>
    /// <param name="transformSize">M, the size of the transform, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside 0..M-1.</exception>
    public static Orbit Of(int u, int v, int transformSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(transformSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(u);
        ArgumentOutOfRangeException.ThrowIfNegative(v);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(u, transformSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(v, transformSize);
        int minusU = Negative(u, transformSize);
        int minusV = Negative(v, transformSize);
        (int U, int V) smallest = Smaller(Smaller((u, v), (v, u)), Smaller((minusU, minusV), (minusV, minusU)));
        bool swapKeeps = u == v;
        bool minusKeeps = u == minusU && v == minusV;
        bool bothKeep = u == minusV;
        // The group has four elements, so the size is four over the number of those that leave (u,v) where it is.
        int fixedBy = 1 + (swapKeeps ? 1 : 0) + (minusKeeps ? 1 : 0) + (bothKeep ? 1 : 0);
        return new Orbit(smallest.U, smallest.V, 4 / fixedBy);
    }

    /// <summary>The number of orbits without the constant one (0, 0): the largest possible length of a watermark.</summary>
    /// <param name="transformSize">M, at least 1.</param>
    public static long Count(int transformSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(transformSize, 1);
        // Burnside: the identity fixes M^2 pairs, the swap M, the negation those with 2u = 2v = 0, both together M.
        long size = transformSize;
        long selfNegative = size % 2 == 0 ? 4 : 1;
        return ((size * size) + size + selfNegative + size) / 4 - 1;
    }

    internal static bool IsRepresentative(int u, int v, int transformSize)
    {
        int minusU = Negative(u, transformSize);
        int minusV = Negative(v, transformSize);
        return IsAtMost(u, v, v, u) && IsAtMost(u, v, minusU, minusV) && IsAtMost(u, v, minusV, minusU);
    }

    private static int Negative(int index, int size) => index == 0 ? 0 : size - index;

    private static bool IsAtMost(int u, int v, int otherU, int otherV) => u < otherU || (u == otherU && v <= otherV);

    private static (int U, int V) Smaller((int U, int V) a, (int U, int V) b) => IsAtMost(a.U, a.V, b.U, b.V) ? a : b;
}
