using System.Runtime.CompilerServices;

namespace ResearchKit.Metrics;

/// <summary>
/// The quality of classifiers: by decisions (<see cref="Confusion(ReadOnlySpan{int}, ReadOnlySpan{int}, int)"/>), by the order of scores, and by probabilities.
/// A value that the data do not define (one class only) is NaN; no data at all is an error (fw 7.5).
/// </summary>
public static class Classification
{
    /// <summary>The number of bins of <see cref="ExpectedCalibrationError(ReadOnlySpan{double}, ReadOnlySpan{bool}, int)"/>.</summary>
    public const int CalibrationBins = 15;

    /// <summary>The distance from 0 and 1 to which <see cref="LogLoss(ReadOnlySpan{double}, ReadOnlySpan{bool}, double)"/> cuts probabilities: 2^-52.</summary>
    public const double DefaultClip = 2.220446049250313e-16;

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
    /// scores at or above it being positive (rag 5.1). A decision "above the threshold" leaves out the scores that are equal to it.
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

    /// <summary>The mean negative logarithm of the probability of what is true, two classes.</summary>
    /// <param name="probabilities">The predicted probability of the positive class.</param>
    /// <param name="labels">Whether a case is positive, in the same order.</param>
    /// <param name="clip">Probabilities are cut to [clip, 1 - clip]; 0 lets a certain error cost infinity.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no case, or a probability is not in [0, 1].</exception>
    public static double LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels, double clip = DefaultClip)
    {
        RequireProbabilities(probabilities, labels.Length);
        RequireClip(clip);
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double p = Math.Clamp(probabilities[i], clip, 1 - clip);
            sum -= Math.Log(labels[i] ? p : 1 - p);
        }

        return sum / labels.Length;
    }

    /// <summary>The mean negative logarithm of the probability of the true class, any number of classes.</summary>
    /// <param name="probabilities">Case after case, the probabilities of all classes.</param>
    /// <param name="labels">The true classes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="clip">Probabilities are cut to [clip, 1 - clip]; 0 lets a certain error cost infinity.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or there is no case, or a class does not exist, or a case's probabilities do not sum to 1 within 1e-4.</exception>
    public static double LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, int classes, double clip = DefaultClip)
    {
        RequireRows(probabilities, labels, classes);
        RequireClip(clip);
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            sum -= Math.Log(Math.Clamp(probabilities[(i * classes) + labels[i]], clip, 1 - clip));
        }

        return sum / labels.Length;
    }

    /// <summary>The Brier score of two classes: the mean of (p - y)^2, 0 to 1.</summary>
    /// <param name="probabilities">The predicted probability of the positive class.</param>
    /// <param name="labels">Whether a case is positive, in the same order.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no case, or a probability is not in [0, 1].</exception>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels)
    {
        RequireProbabilities(probabilities, labels.Length);
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double error = probabilities[i] - (labels[i] ? 1 : 0);
            sum += error * error;
        }

        return sum / labels.Length;
    }

    /// <summary>Brier's score of any number of classes: the mean over cases of the sum over classes of (p - y)^2, 0 to 2 (twice the two-class score for two).</summary>
    /// <param name="probabilities">Case after case, the probabilities of all classes.</param>
    /// <param name="labels">The true classes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or there is no case, or a class does not exist, or a case's probabilities do not sum to 1 within 1e-4.</exception>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, int classes)
    {
        RequireRows(probabilities, labels, classes);
        double sum = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            double error = probabilities[i] - (labels[i / classes] == i % classes ? 1 : 0);
            sum += error * error;
        }

        return sum / labels.Length;
    }

    /// <summary>
    /// Expected calibration error: over equal-width bins of the confidence, the distance between mean confidence and share of right answers, weighted by the bins'
    /// sizes. A bin holds (lower, upper]; a confidence of 0 is in the first.
    /// </summary>
    /// <param name="confidences">The predicted probability of the chosen class.</param>
    /// <param name="correct">Whether the choice was right, in the same order.</param>
    /// <param name="bins">The number of bins; 15 by default.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no case, or a confidence is not in [0, 1].</exception>
    public static double ExpectedCalibrationError(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct, int bins = CalibrationBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        RequireProbabilities(confidences, correct.Length);
        double[] gap = new double[bins]; // right answers minus confidence, summed
        for (int i = 0; i < confidences.Length; i++)
        {
            int bin = Math.Max(0, (int)Math.Ceiling(confidences[i] * bins) - 1);
            gap[bin] += (correct[i] ? 1 : 0) - confidences[i];
        }

        return gap.Sum(Math.Abs) / confidences.Length;
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

    private static void RequireProbabilities(
        ReadOnlySpan<double> values,
        int labels,
        [CallerArgumentExpression(nameof(values))] string? parameter = null
    )
    {
        RequireLength(values.Length, labels, parameter);
        RequireShares(values, parameter);
    }

    private static void RequireShares(ReadOnlySpan<double> values, string? parameter)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] is >= 0 and <= 1))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The value {values[i]} at index {i} is no probability, which lies in [0, 1]."),
                    parameter
                );
            }
        }
    }

    private static void RequireRows(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (labels.IsEmpty || probabilities.Length != (long)labels.Length * classes)
        {
            throw new ArgumentException(
                $"{probabilities.Length} probabilities for {labels.Length} labels and {classes} classes: labels times classes, at least one label.",
                nameof(probabilities)
            );
        }

        RequireShares(probabilities, nameof(probabilities));
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), labels[i], $"Classes are 0 to {classes - 1}.");
            }

            double sum = 0;
            foreach (double p in probabilities.Slice(i * classes, classes))
            {
                sum += p;
            }

            if (Math.Abs(sum - 1) > 1e-4)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The probabilities of case {i} sum to {sum}, not to 1."),
                    nameof(probabilities)
                );
            }
        }
    }

    private static void RequireClip(double clip)
    {
        if (!(clip is >= 0 and < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(clip), clip, "A clip lies in [0, 0.5).");
        }
    }
}
