namespace ResearchKit.Data;

/// <summary>The rows of each class.</summary>
internal static class ClassRows
{
    /// <summary>For each class its rows, ascending.</summary>
    internal static int[][] Of(ReadOnlySpan<int> labels, int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        var counts = new int[classCount];
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classCount)
                throw new ArgumentException(
                    $"The label of row {row} is {labels[row]}; with {classCount} classes it is in [0, {classCount}).",
                    nameof(labels)
                );
            counts[labels[row]]++;
        }

        int[][] rows = Array.ConvertAll(counts, static count => new int[count]);
        for (int row = labels.Length - 1; row >= 0; row--)
            rows[labels[row]][--counts[labels[row]]] = row;
        return rows;
    }
}
