namespace ResearchKit.Metrics;

/// <summary>What a formula predicts beside what was measured: no ratio without both byte counts.</summary>
/// <param name="Kind">The kind of message; null for all.</param>
/// <param name="Phase">The phase; null for all.</param>
/// <param name="Formula">The formula, as text.</param>
/// <param name="FormulaBytes">What it gives.</param>
/// <param name="Measured">What was counted.</param>
public sealed record TrafficFormula(string? Kind, string? Phase, string Formula, double FormulaBytes, TrafficTotal Measured)
{
    /// <summary>Measured bytes up over the formula's; NaN if both are 0.</summary>
    public double Ratio => Measured.BytesUp / FormulaBytes;
}
