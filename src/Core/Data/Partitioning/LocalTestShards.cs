using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Divides test rows so that each client's test resembles its training data, as FENS does for local evaluation: of a class with n test rows a client gets
/// floor(its share of the class's training rows x n); the remainder goes one each to the clients with a positive share, in the order of their numbers, again and again.
/// </summary>
public static class LocalTestShards
{
    /// <summary>How many test rows of each class each client gets.</summary>
    /// <param name="trainCounts">The training rows by client and class (<see cref="Partition.ClassCounts"/>).</param>
    /// <param name="testCounts">The test rows of each class.</param>
    /// <returns>Counts by client and class; of a class without training rows nobody gets any.</returns>
    /// <exception cref="ArgumentException">The numbers of classes differ, or a count is negative.</exception>
    public static int[][] Counts(IReadOnlyList<int[]> trainCounts, ReadOnlySpan<int> testCounts)
    {
        ArgumentNullException.ThrowIfNull(trainCounts);
        var counts = new int[trainCounts.Count][];
        for (int client = 0; client < counts.Length; client++)
        {
            if (trainCounts[client].Length != testCounts.Length || trainCounts[client].Any(static count => count < 0))
                throw new ArgumentException($"Client {client} needs {testCounts.Length} counts from 0 on.", nameof(trainCounts));
            counts[client] = new int[testCounts.Length];
        }

        for (int k = 0; k < testCounts.Length; k++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(testCounts[k], nameof(testCounts));
            long all = 0;
            foreach (int[] own in trainCounts)
                all += own[k];
            if (all == 0)
                continue;
            int left = testCounts[k];
            for (int client = 0; client < counts.Length; client++)
                left -= counts[client][k] = (int)((long)trainCounts[client][k] * testCounts[k] / all);
            for (int client = 0; left > 0; client = (client + 1) % counts.Length)
            {
                if (trainCounts[client][k] == 0)
                    continue;
                counts[client][k]++;
                left--;
            }
        }

        return counts;
    }

    /// <summary>Divides test rows; the rows of each class are shuffled first.</summary>
    /// <param name="trainCounts">The training rows by client and class.</param>
    /// <param name="testLabels">The labels of the test rows.</param>
    /// <param name="stream">Draws one shuffle for each class.</param>
    /// <returns>The test rows of each client. Rows of a class without training rows are left out.</returns>
    /// <exception cref="ArgumentException">The numbers of classes differ, a count is negative, or a label is out of range.</exception>
    public static Partition Divide(IReadOnlyList<int[]> trainCounts, ReadOnlySpan<int> testLabels, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(trainCounts);
        ArgumentNullException.ThrowIfNull(stream);
        if (trainCounts.Count == 0)
            throw new ArgumentException("There is no client.", nameof(trainCounts));
        int[][] classes = ClassRows.Of(testLabels, trainCounts[0].Length);
        int[][] counts = Counts(trainCounts, Array.ConvertAll(classes, static rows => rows.Length));
        List<int>[] dealt = Array.ConvertAll(counts, static _ => new List<int>());
        for (int k = 0; k < classes.Length; k++)
        {
            stream.Shuffle<int>(classes[k]);
            int start = 0;
            for (int client = 0; client < counts.Length; client++)
            {
                dealt[client].AddRange(classes[k].AsSpan(start, counts[client][k]));
                start += counts[client][k];
            }
        }

        return new Partition(testLabels.Length, Array.ConvertAll(dealt, static rows => rows.ToArray()));
    }
}
