namespace ResearchKit.Metrics;

/// <summary>Means of positive values other than the arithmetic one.</summary>
public static class Means
{
    /// <summary>The harmonic mean, n / sum of 1/x: for rates over equal work.</summary>
    /// <param name="values">The values, positive and finite.</param>
    /// <exception cref="ArgumentException">There is no value, or one is not positive and finite.</exception>
    public static double Harmonic(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in Positive(values))
        {
            sum += 1 / value;
        }

        return values.Length / sum;
    }

    /// <summary>The geometric mean, exp of the mean logarithm: for ratios.</summary>
    /// <param name="values">The values, positive and finite.</param>
    /// <exception cref="ArgumentException">There is no value, or one is not positive and finite.</exception>
    public static double Geometric(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in Positive(values))
        {
            sum += Math.Log(value);
        }

        return Math.Exp(sum / values.Length);
    }

    private static ReadOnlySpan<double> Positive(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("A mean of no values does not exist.", nameof(values));
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] > 0 && double.IsFinite(values[i])))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The value {values[i]} at index {i} has no such mean: values are positive and finite."),
                    nameof(values)
                );
            }
        }

        return values;
    }
}
