using ResearchKit.Metrics;

namespace ResearchKit.Rag;

/// <summary>How the probability above which a source is asked is chosen from validation pairs. A source is asked if its probability is above it, not at it.</summary>
public sealed class RouterThreshold
{
    private readonly Func<bool[], double[], int, double> _choose;
    private readonly string _text;

    private RouterThreshold(string text, Func<bool[], double[], int, double> choose) => (_text, _choose) = (text, choose);

    /// <summary>
    /// The largest difference of true and false positive rate, the first maximum from high scores to low. One half where the validation pairs are of one class: no such
    /// difference exists.
    /// </summary>
    public static RouterThreshold Youden { get; } =
        new(
            "Youden",
            static (labels, probabilities, _) =>
                labels.Distinct().Count() < 2 ? 0.5
                : Classification.Youden(labels, probabilities).Threshold is var t && double.IsFinite(t) ? t
                : 1
        );

    /// <summary>A fixed threshold.</summary>
    /// <param name="threshold">In [0, 1].</param>
    public static RouterThreshold Fixed(double threshold) =>
        threshold is >= 0 and <= 1
            ? new(FormattableString.Invariant($"{threshold}"), (_, _, _) => threshold)
            : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A probability: in [0, 1].");

    /// <summary>The largest threshold at which at least so large a share of the relevant validation pairs is asked.</summary>
    /// <param name="recall">In (0, 1].</param>
    public static RouterThreshold ForRecall(double recall) =>
        recall is > 0 and <= 1
            ? new(FormattableString.Invariant($"recall {recall}"), (labels, probabilities, _) => OfRecall(labels, probabilities, recall))
            : throw new ArgumentOutOfRangeException(nameof(recall), recall, "A share: in (0, 1].");

    /// <summary>The smallest threshold at which at most so many sources a query are asked in the mean of the validation queries.</summary>
    /// <param name="sourcesPerQuery">Above zero.</param>
    public static RouterThreshold ForBudget(double sourcesPerQuery) =>
        sourcesPerQuery > 0
            ? new(
                FormattableString.Invariant($"budget {sourcesPerQuery}"),
                (_, probabilities, sources) =>
                {
                    double[] descending = [.. probabilities.OrderDescending()];
                    int most = (int)Math.Floor(sourcesPerQuery * descending.Length / sources);
                    return most >= descending.Length ? 0 : descending[most];
                }
            )
            : throw new ArgumentOutOfRangeException(nameof(sourcesPerQuery), sourcesPerQuery, "Above zero.");

    /// <summary>Chooses.</summary>
    /// <param name="labels">Whether a pair is relevant, query after query.</param>
    /// <param name="probabilities">Its probability.</param>
    /// <param name="sources">The sources of a query.</param>
    public double Choose(bool[] labels, double[] probabilities, int sources)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(probabilities);
        return labels.Length == 0 || labels.Length != probabilities.Length
            ? throw new ArgumentException($"{probabilities.Length} probabilities for {labels.Length} labels, at least one.", nameof(labels))
            : _choose(labels, probabilities, sources);
    }

    /// <summary>What it is, in words.</summary>
    public override string ToString() => _text;

    private static double OfRecall(bool[] labels, double[] probabilities, double recall)
    {
        double[] positives = [.. probabilities.Where((_, i) => labels[i]).OrderDescending()];
        if (positives.Length == 0)
        {
            return 0.5;
        }
        double last = positives[Math.Min(positives.Length, (int)Math.Ceiling(recall * positives.Length)) - 1];
        return Math.BitDecrement(last); // asked means above the threshold
    }
}
