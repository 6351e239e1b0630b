namespace ResearchKit.Metrics;

/// <summary>How often each class was taken for each: counted in one pass, everything else is derived. Counts of parts of the data can be added.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;

    /// <summary>An empty table.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 2.</exception>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Classes = classes;
        _counts = new long[classes * classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>All cases.</summary>
    public long Total { get; private set; }

    /// <summary>How many cases of a class were predicted to be of another (or the same).</summary>
    /// <param name="label">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    public long this[int label, int predicted]
    {
        get
        {
            Require(label, nameof(label));
            Require(predicted, nameof(predicted));
            return _counts[(label * Classes) + predicted];
        }
    }

    /// <summary>The share of right answers; NaN without cases. For one label a case this is F1 over all classes together (<see cref="F1Micro"/>).</summary>
    public double Accuracy => Total == 0 ? double.NaN : (double)Enumerable.Range(0, Classes).Sum(Hits) / Total;

    /// <summary>F1 from the counts of all classes together; equal to <see cref="Accuracy"/> where each case has one label.</summary>
    public double F1Micro => Accuracy;

    /// <summary>The mean recall over the classes that occur; NaN without cases.</summary>
    public double BalancedAccuracy => Mean(Recall, static (matrix, c) => matrix.Labelled(c) > 0);

    /// <summary>
    /// The mean F1 over the classes that occur or are predicted; a class without a hit counts 0. NaN without cases.
    /// </summary>
    public double F1Macro => Mean(F1, static (matrix, c) => matrix.Labelled(c) + matrix.Predicted(c) > 0);

    /// <summary>How many cases are of a class.</summary>
    /// <param name="label">The class.</param>
    public long Labelled(int label) => Enumerable.Range(0, Classes).Sum(c => this[label, c]);

    /// <summary>How many cases were predicted to be of a class.</summary>
    /// <param name="predicted">The class.</param>
    public long Predicted(int predicted) => Enumerable.Range(0, Classes).Sum(c => this[c, predicted]);

    /// <summary>The share of a class's cases that were found; NaN if it does not occur.</summary>
    /// <param name="label">The class.</param>
    public double Recall(int label) => OneAgainstRest(label).TruePositiveRate;

    /// <summary>The share of right ones among a class's predictions; NaN if it is never predicted.</summary>
    /// <param name="predicted">The class.</param>
    public double Precision(int predicted) => OneAgainstRest(predicted).Precision;

    /// <summary>F1 of a class; NaN if it neither occurs nor is predicted.</summary>
    /// <param name="label">The class.</param>
    public double F1(int label) => OneAgainstRest(label).F1;

    /// <summary>A class against all others.</summary>
    /// <param name="label">The class that is positive.</param>
    public BinaryCounts OneAgainstRest(int label)
    {
        long hits = Hits(label);
        long missed = Labelled(label) - hits;
        long wrong = Predicted(label) - hits;
        return new(hits, wrong, Total - hits - missed - wrong, missed);
    }

    /// <summary>Counts a case.</summary>
    /// <param name="label">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public void Add(int label, int predicted)
    {
        Require(label, nameof(label));
        Require(predicted, nameof(predicted));
        _counts[(label * Classes) + predicted]++;
        Total++;
    }

    /// <summary>Counts cases.</summary>
    /// <param name="labels">The true classes.</param>
    /// <param name="predictions">The predicted classes, in the same order.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class; the cases before it have been counted.</exception>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions)
    {
        if (labels.Length != predictions.Length)
        {
            throw new ArgumentException($"{labels.Length} labels and {predictions.Length} predictions.", nameof(predictions));
        }

        for (int i = 0; i < labels.Length; i++)
        {
            Add(labels[i], predictions[i]);
        }
    }

    /// <summary>Adds the counts of another table.</summary>
    /// <param name="other">The other table.</param>
    /// <exception cref="ArgumentException">It has another number of classes.</exception>
    public void Add(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
        {
            throw new ArgumentException($"A table of {other.Classes} classes cannot be added to one of {Classes}.", nameof(other));
        }

        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Total += other.Total;
    }

    private long Hits(int label) => this[label, label];

    private double Mean(Func<int, double> value, Func<ConfusionMatrix, int, bool> counts) =>
        Enumerable.Range(0, Classes).Where(c => counts(this, c)).Select(value).DefaultIfEmpty(double.NaN).Average();

    private void Require(int value, string parameter)
    {
        if ((uint)value >= (uint)Classes)
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"Classes are 0 to {Classes - 1}.");
        }
    }
}
