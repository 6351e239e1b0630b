namespace ResearchKit.Metrics;

/// <summary>
/// Holm's step-down adjustment (1979): controls the chance of any false rejection in a family of tests, whatever their dependence.
/// With the p-values ascending, adjusted p_(i) = max over j &lt;= i of min(1, (m - j + 1) p_(j)).
/// </summary>
public static class Holm
{
    /// <summary>The adjusted p-values, in the order given.</summary>
    /// <param name="pValues">The raw p-values, each 0 to 1; may be empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in [0, 1].</exception>
    public static double[] Adjust(params ReadOnlySpan<double> pValues)
    {
        double[] sorted = pValues.ToArray();
        int[] order = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            if (!(sorted[i] >= 0 && sorted[i] <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(pValues), sorted[i], $"The p-value at index {i} is not in [0, 1].");
            }
        }

        Array.Sort(sorted, order);
        double[] adjusted = new double[sorted.Length];
        double largest = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            largest = Math.Max(largest, Math.Min(1, (sorted.Length - i) * sorted[i]));
            adjusted[order[i]] = largest;
        }

        return adjusted;
    }
}
