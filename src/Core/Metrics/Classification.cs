using System.Runtime.CompilerServices;

namespace ResearchKit.Metrics;

/// <summary>
/// The quality of classifiers: by decisions (<see cref="Confusion(ReadOnlySpan{int}, ReadOnlySpan{int}, int)"/>), by the order of scores, and by probabilities.
/// A value that the data do not define (one class only) is NaN; no data at all is an error.
/// </summary>
public static partial class Classification
{
    /// <summary>Counts predictions by label in one pass.</summary>
    /// <param name="labels">The true classes.</param>
    /// <param name="predictions">The predicted classes, in the same order.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a class does not exist.</exception>
    public static ConfusionMatrix Confusion(ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions, int classes)
    {
        ConfusionMatrix matrix = new(classes);
        matrix.Add(labels, predictions);
        return matrix;
    }

    /// <summary>Counts the decision "positive if the score is above the threshold" in one pass.</summary>
    /// <param name="labels">Whether a case is positive.</param>
    /// <param name="scores">The scores, in the same order; none NaN.</param>
    /// <param name="threshold">The threshold; a score equal to it is negative.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no case, or a score is NaN.</exception>
    public static BinaryCounts Confusion(ReadOnlySpan<bool> labels, ReadOnlySpan<double> scores, double threshold)
    {
        Require(scores, labels.Length);
        Span<long> counts = stackalloc long[4];
        for (int i = 0; i < scores.Length; i++)
        {
            counts[(labels[i] ? 2 : 0) + (scores[i] > threshold ? 1 : 0)]++;
        }

        return new(counts[3], counts[1], counts[0], counts[2]);
    }

    /// <summary>The share of right answers.</summary>
    /// <param name="labels">The true classes.</param>
    /// <param name="predictions">The predicted classes, in the same order.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no case.</exception>
    public static double Accuracy(ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions)
    {
        RequireLength(predictions.Length, labels.Length);
        int hits = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            hits += labels[i] == predictions[i] ? 1 : 0;
        }

        return (double)hits / labels.Length;
    }

    /// <summary>
    /// The area under the ROC curve: the probability that a positive case scores above a negative one, equal scores counting half (mid-ranks). NaN if all labels
    /// are equal.
    /// </summary>
    /// <param name="labels">Whether a case is positive.</param>
    /// <param name="scores">The scores, in the same order; none NaN.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no case, or a score is NaN.</exception>
    public static double AreaUnderRoc(ReadOnlySpan<bool> labels, ReadOnlySpan<double> scores)
    {
        (double[] sorted, bool[] positive) = Ascending(labels, scores);
        double rankSum = 0;
        long positives = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            int group = 0;
            for (end = start; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
                group += positive[end] ? 1 : 0;
            }

            rankSum += group * ((start + 1 + end) / 2.0); // the ranks start + 1 to end share their mean
            positives += group;
        }

        double pairs = (double)positives * (sorted.Length - positives);
        return pairs == 0 ? double.NaN : (rankSum - (positives * (positives + 1.0) / 2)) / pairs;
    }

    /// <summary>
    /// The threshold with the largest true minus false positive rate: among the scores in descending order (preceded by infinity), the first with the maximum,
    /// scores at or above it being positive. A decision "above the threshold" leaves out the scores that are equal to it.
    /// </summary>
    /// <param name="labels">Whether a case is positive; both classes must occur.</param>
    /// <param name="scores">The scores, in the same order; none NaN.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a class does not occur, or a score is NaN.</exception>
    public static YoudenThreshold Youden(ReadOnlySpan<bool> labels, ReadOnlySpan<double> scores)
    {
        (double[] sorted, bool[] positive) = Ascending(labels, scores);
        long positives = positive.LongCount(static p => p);
        long negatives = positive.Length - positives;
        if (positives == 0 || negatives == 0)
        {
            throw new ArgumentException($"A threshold needs positive and negative cases; got {positives} and {negatives}.", nameof(labels));
        }

        YoudenThreshold best = new(double.PositiveInfinity, 0, 0, 0);
        long bestScaled = 0; // J times positives times negatives: integers, so that equal values are equal
        long hits = 0;
        long alarms = 0;
        for (int end = sorted.Length - 1; end >= 0; )
        {
            double threshold = sorted[end];
            for (; end >= 0 && sorted[end] == threshold; end--)
            {
                hits += positive[end] ? 1 : 0;
                alarms += positive[end] ? 0 : 1;
            }

            long scaled = (hits * negatives) - (alarms * positives);
            if (scaled > bestScaled)
            {
                bestScaled = scaled;
                (double rate, double falseRate) = ((double)hits / positives, (double)alarms / negatives);
                best = new(threshold, rate - falseRate, rate, falseRate);
            }
        }

        return best;
    }

    private static (double[] Sorted, bool[] Positive) Ascending(ReadOnlySpan<bool> labels, ReadOnlySpan<double> scores)
    {
        Require(scores, labels.Length);
        double[] sorted = scores.ToArray();
        bool[] positive = labels.ToArray();
        Array.Sort(sorted, positive);
        return (sorted, positive);
    }

    private static void RequireLength(int length, int labels, [CallerArgumentExpression(nameof(length))] string? parameter = null)
    {
        if (length != labels || labels == 0)
        {
            throw new ArgumentException($"{length} values and {labels} labels: as many, and at least one.", parameter);
        }
    }

    private static void Require(ReadOnlySpan<double> scores, int labels)
    {
        RequireLength(scores.Length, labels, nameof(scores));
        for (int i = 0; i < scores.Length; i++)
        {
            if (double.IsNaN(scores[i]))
            {
                throw new ArgumentException($"The score at index {i} is NaN; scores have an order.", nameof(scores));
            }
        }
    }
}
