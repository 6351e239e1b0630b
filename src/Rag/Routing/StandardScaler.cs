namespace ResearchKit.Rag;

/// <summary>Shifts and scales columns to mean 0 and population standard deviation 1; a column that never changes is only shifted.</summary>
public sealed class StandardScaler
{
    private readonly double[] _mean;
    private readonly double[] _scale;

    /// <summary>A scaler with known constants.</summary>
    /// <param name="mean">The mean of each column.</param>
    /// <param name="scale">What each column is divided by, above zero.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a number is not finite, or a scale not above zero.</exception>
    public StandardScaler(double[] mean, double[] scale)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(scale);
        if (mean.Length != scale.Length || !mean.All(double.IsFinite) || !scale.All(s => s > 0 && double.IsFinite(s)))
        {
            throw new ArgumentException("As many finite means as scales above zero.", nameof(scale));
        }
        (_mean, _scale) = ([.. mean], [.. scale]);
    }

    /// <summary>The mean of each column.</summary>
    public IReadOnlyList<double> Mean => _mean;

    /// <summary>What each column is divided by.</summary>
    public IReadOnlyList<double> Scale => _scale;

    /// <summary>Fits rows, in two passes.</summary>
    /// <param name="rows">The number of rows, at least 1.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="read">Writes a row.</param>
    public static StandardScaler Fit(int rows, int columns, ReadRow read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentNullException.ThrowIfNull(read);
        double[] mean = new double[columns];
        double[] scale = new double[columns];
        double[] row = new double[columns];
        for (int i = 0; i < rows; i++)
        {
            read(i, row);
            for (int j = 0; j < columns; j++)
            {
                mean[j] += row[j];
            }
        }
        for (int j = 0; j < columns; j++)
        {
            mean[j] /= rows;
        }
        for (int i = 0; i < rows; i++)
        {
            read(i, row);
            for (int j = 0; j < columns; j++)
            {
                scale[j] += (row[j] - mean[j]) * (row[j] - mean[j]);
            }
        }
        for (int j = 0; j < columns; j++)
        {
            double deviation = Math.Sqrt(scale[j] / rows);
            // The mean of equal numbers is off by rounding, so their deviation is not exactly zero.
            scale[j] = deviation > 1e-12 * Math.Max(1e-6, Math.Abs(mean[j])) ? deviation : 1;
        }
        return new StandardScaler(mean, scale);
    }

    /// <summary>Scales a row in place.</summary>
    public void Apply(Span<float> row)
    {
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = (float)((row[j] - _mean[j]) / _scale[j]);
        }
    }

    /// <inheritdoc cref="Apply(Span{float})"/>
    public void Apply(Span<double> row)
    {
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = (row[j] - _mean[j]) / _scale[j];
        }
    }

    /// <summary>Writes a row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="to">Takes it.</param>
    public delegate void ReadRow(int row, Span<double> to);
}
