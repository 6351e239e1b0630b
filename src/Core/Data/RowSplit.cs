using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>Divides row numbers into parts by shares. All parts but the last have floor(share x rows) rows, the last takes the rest; each is in ascending order.</summary>
public static class RowSplit
{
    /// <summary>Splits at random.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="stream">Draws one permutation.</param>
    /// <param name="shares">The share of each part but the last.</param>
    /// <returns>The parts, one more than shares.</returns>
    /// <exception cref="ArgumentException">A share is not in [0, 1], or they sum to more than 1.</exception>
    public static int[][] Random(int count, RandomStream stream, params ReadOnlySpan<double> shares)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(stream);
        Check(shares);
        List<int>[] parts = Empty(shares.Length + 1);
        Deal(stream.Permutation(count), shares, parts);
        return Sorted(parts);
    }

    /// <summary>Splits each class at random by the same shares, so that a class has floor(share x its rows) rows in each part but the last.</summary>
    /// <param name="labels">The label of each row, in [0, classCount).</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="stream">Draws one shuffle for each class, in the order of the classes.</param>
    /// <param name="shares">The share of each part but the last.</param>
    /// <returns>The parts, one more than shares.</returns>
    /// <exception cref="ArgumentException">A share is not in [0, 1], they sum to more than 1, or a label is out of range.</exception>
    public static int[][] Stratified(ReadOnlySpan<int> labels, int classCount, RandomStream stream, params ReadOnlySpan<double> shares)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(shares);
        List<int>[] parts = Empty(shares.Length + 1);
        foreach (int[] rows in ClassRows.Of(labels, classCount))
        {
            stream.Shuffle<int>(rows);
            Deal(rows, shares, parts);
        }

        return Sorted(parts);
    }

    /// <summary>floor(share x count), where a share such as 0.29 is meant as 29 of 100 though its double lies a little below.</summary>
    internal static int Floor(double share, int count) => (int)Math.Min(count, Math.Floor(share * count + 1e-9));

    private static void Deal(int[] rows, ReadOnlySpan<double> shares, List<int>[] parts)
    {
        int dealt = 0;
        for (int part = 0; part < parts.Length; part++)
        {
            int end = part == shares.Length ? rows.Length : Math.Min(rows.Length, dealt + Floor(shares[part], rows.Length));
            parts[part].AddRange(rows.AsSpan(dealt..end));
            dealt = end;
        }
    }

    private static void Check(ReadOnlySpan<double> shares)
    {
        double sum = 0;
        foreach (double share in shares)
        {
            sum += share is >= 0 and <= 1 ? share : throw new ArgumentOutOfRangeException(nameof(shares), share, "A share lies in [0, 1].");
        }

        if (sum > 1 + 1e-9)
            throw new ArgumentOutOfRangeException(
                nameof(shares),
                sum,
                "The shares sum to at most 1; the last part takes the rest and has none."
            );
    }

    private static List<int>[] Empty(int parts) => [.. Enumerable.Range(0, parts).Select(static _ => new List<int>())];

    private static int[][] Sorted(List<int>[] parts) => Array.ConvertAll(parts, static part => part.Order().ToArray());
}
