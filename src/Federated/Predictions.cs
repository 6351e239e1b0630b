using ResearchKit.Learning;

namespace ResearchKit.Federated;

/// <summary>Classes and accuracy of logits. Ties go to the smallest class; a single logit means class 1 if it is positive.</summary>
public static class Predictions
{
    /// <summary>The class of each row.</summary>
    /// <param name="logits">rows x outputs values.</param>
    /// <param name="outputs">The logits of a row.</param>
    public static int[] Of(ReadOnlySpan<float> logits, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        var classes = new int[logits.Length / outputs];
        for (var row = 0; row < classes.Length; row++)
        {
            classes[row] = SoftmaxLoss.Predict(logits.Slice(row * outputs, outputs));
        }
        return classes;
    }

    /// <summary>How many rows are classified rightly.</summary>
    /// <param name="logits">rows x outputs values.</param>
    /// <param name="outputs">The logits of a row.</param>
    /// <param name="labels">The class of each row.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public static int Correct(ReadOnlySpan<float> logits, int outputs, ReadOnlySpan<int> labels)
    {
        if (logits.Length != labels.Length * outputs)
        {
            throw new ArgumentException($"{labels.Length} labels are given for {logits.Length / outputs} rows.", nameof(labels));
        }
        var correct = 0;
        for (var row = 0; row < labels.Length; row++)
        {
            correct += SoftmaxLoss.Predict(logits.Slice(row * outputs, outputs)) == labels[row] ? 1 : 0;
        }
        return correct;
    }

    /// <summary>The share of rows classified rightly.</summary>
    /// <inheritdoc cref="Correct"/>
    public static double Accuracy(ReadOnlySpan<float> logits, int outputs, ReadOnlySpan<int> labels) =>
        labels.Length == 0
            ? throw new ArgumentException("There is no row to evaluate on.", nameof(labels))
            : (double)Correct(logits, outputs, labels) / labels.Length;
}
