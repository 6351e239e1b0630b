namespace ResearchKit.Audit;

/// <summary>Scores in ascending order: how many lie above a threshold is a binary search.</summary>
internal sealed class SortedScores
{
    private readonly double[] _scores;

    private SortedScores(double[] scores) => _scores = scores;

    public int Count => _scores.Length;

    /// <summary>The scores of group 0 label 0, group 0 label 1, group 1 label 0, group 1 label 1.</summary>
    public static SortedScores[] ByGroupAndLabel(ReadOnlySpan<double> scores, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> group)
    {
        List<double>[] cells =
        [
            [],
            [],
            [],
            [],
        ];
        for (int i = 0; i < scores.Length; i++)
        {
            cells[(2 * group[i]) + labels[i]].Add(scores[i]);
        }
        return Array.ConvertAll(cells, cell => new SortedScores([.. cell.Order()]));
    }

    public int Above(double threshold)
    {
        (int low, int high) = (0, _scores.Length);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = _scores[middle] > threshold ? (low, middle) : (middle + 1, high);
        }
        return _scores.Length - low;
    }
}
