using System.Globalization;

namespace ResearchKit.Data;

/// <summary>A row was read that a <see cref="RowGuard"/> forbids: test data reached training, calibration or selection.</summary>
/// <param name="row">The row.</param>
public sealed class ForbiddenRowException(int row)
    : InvalidOperationException(
        string.Create(CultureInfo.InvariantCulture, $"Row {row} may not be read here: it is set apart, for example for the test.")
    )
{
    /// <summary>The row, as numbered in the data in which the guard's rows were first made.</summary>
    public int Row { get; } = row;
}
