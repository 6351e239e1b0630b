using System.Numerics;
using System.Runtime.InteropServices;

namespace ResearchKit.Audit;

/// <summary>How many rows each of two groups has, and how many of them are positive: all that demographic parity depends on.</summary>
/// <param name="Rows0">n_0, the rows of group 0.</param>
/// <param name="Positives0">P_0, the positive ones among them.</param>
/// <param name="Rows1">n_1, the rows of group 1, the protected one.</param>
/// <param name="Positives1">P_1, the positive ones among them.</param>
public readonly record struct GroupMargins(int Rows0, int Positives0, int Rows1, int Positives1)
{
    /// <summary>n, all rows.</summary>
    public int Rows => Rows0 + Rows1;

    /// <summary>The mean of group 0 minus the mean of group 1; NaN if one is empty.</summary>
    public double SignedDemographicParity => ((double)Positives0 / Rows0) - ((double)Positives1 / Rows1);

    /// <summary>Counts.</summary>
    /// <param name="values">Answers or labels, 0 or 1.</param>
    /// <param name="group">0 or 1.</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no row, or a value is not 0 or 1.</exception>
    public static GroupMargins Of(ReadOnlySpan<byte> values, ReadOnlySpan<byte> group)
    {
        Audit.Rows.RequireSome(values.Length, nameof(values));
        Audit.Rows.RequireEqual(values.Length, nameof(values), group.Length, nameof(group));
        Audit.Rows.RequireBinary(values, nameof(values));
        Audit.Rows.RequireBinary(group, nameof(group));
        return Counted(values, group);
    }

    /// <summary>The margins, of two groups that both have rows.</summary>
    /// <exception cref="AuditException">A group has no row.</exception>
    internal static GroupMargins OfBoth(ReadOnlySpan<byte> values, ReadOnlySpan<byte> group, string where)
    {
        GroupMargins margins = Of(values, group);
        return margins.Rows0 == 0 ? throw AuditException.GroupAbsent(0, where, margins.Rows)
            : margins.Rows1 == 0 ? throw AuditException.GroupAbsent(1, where, margins.Rows)
            : margins;
    }

    private static GroupMargins Counted(ReadOnlySpan<byte> values, ReadOnlySpan<byte> group)
    {
        (int rows1, int positives, int positives1) = (0, 0, 0);
        // Values are 0 or 1: eight rows are counted at once as the set bits of a word.
        ReadOnlySpan<ulong> wideValues = MemoryMarshal.Cast<byte, ulong>(values);
        ReadOnlySpan<ulong> wideGroup = MemoryMarshal.Cast<byte, ulong>(group);
        for (int i = 0; i < wideValues.Length; i++)
        {
            rows1 += BitOperations.PopCount(wideGroup[i]);
            positives += BitOperations.PopCount(wideValues[i]);
            positives1 += BitOperations.PopCount(wideValues[i] & wideGroup[i]);
        }
        for (int i = wideValues.Length * sizeof(ulong); i < values.Length; i++)
        {
            rows1 += group[i];
            positives += values[i];
            positives1 += values[i] & group[i];
        }
        return new GroupMargins(values.Length - rows1, positives - positives1, rows1, positives1);
    }
}
