using System.Runtime.CompilerServices;

namespace ResearchKit.Metrics;

// How good predicted probabilities are, beyond the order of the cases.
public static partial class Classification
{
    /// <summary>The number of bins of <see cref="ExpectedCalibrationError(ReadOnlySpan{double}, ReadOnlySpan{bool}, int)"/>.</summary>
    public const int CalibrationBins = 15;

    /// <summary>The distance from 0 and 1 to which <see cref="LogLoss(ReadOnlySpan{double}, ReadOnlySpan{bool}, double)"/> cuts probabilities: 2^-52.</summary>
    public const double DefaultClip = 2.220446049250313e-16;

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
            int bin = Math.Clamp((int)(confidences[i] * bins), 0, bins - 1);
            if (bin > 0 && confidences[i] <= (double)bin / bins) // the edge between two bins belongs to the lower one
            {
                bin--;
            }

            gap[bin] += (correct[i] ? 1 : 0) - confidences[i];
        }

        return gap.Sum(Math.Abs) / confidences.Length;
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
