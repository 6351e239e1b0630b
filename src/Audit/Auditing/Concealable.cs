namespace ResearchKit.Audit;

/// <summary>
/// Concealable unfairness (arXiv:2505.04796, section 5.4): the most demographic parity a strategy hides without being detected. For each audit set the largest hidden value over the strategy's parameters among the audits with an
/// error below tau; then the mean over audit sets. An audit set that no parameter passes has no value: it never counts as 0.
/// </summary>
/// <param name="Value">The mean over the audit sets with a value; null if none has one.</param>
/// <param name="StandardError">Standard deviation over these sets by the square root of all sets, as published; null below two values.</param>
/// <param name="SeedsPassing">The audit sets with a value.</param>
/// <param name="Seeds">All audit sets.</param>
/// <param name="HonestPassRate">The share of audit sets on which honest answers are believed: 1 minus the false-alarm rate.</param>
public sealed record Concealable(double? Value, double? StandardError, int SeedsPassing, int Seeds, double HonestPassRate)
{
    /// <summary>The most that one audit set lets a strategy hide; null if no parameter passes.</summary>
    /// <param name="records">The records of one strategy at all its parameters, on one audit set.</param>
    /// <param name="tau">The threshold on the error rate, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">tau is outside (0, 1].</exception>
    public static double? OfOneSet(IEnumerable<AuditRecord> records, double tau)
    {
        ArgumentNullException.ThrowIfNull(records);
        Rows.RequireTau(tau);
        return records.Where(r => r.Error < tau).Max(r => (double?)r.Hidden);
    }

    /// <summary>The concealable unfairness over several audit sets.</summary>
    /// <param name="sets">For each audit set the records of one strategy at all its parameters; each with at least one.</param>
    /// <param name="tau">The threshold on the error rate, in (0, 1].</param>
    /// <exception cref="ArgumentException">There is no audit set, or one without records.</exception>
    /// <exception cref="ArgumentOutOfRangeException">tau is outside (0, 1].</exception>
    public static Concealable Of(IReadOnlyList<IReadOnlyList<AuditRecord>> sets, double tau)
    {
        ArgumentNullException.ThrowIfNull(sets);
        if (sets.Count == 0 || sets.Any(s => s.Count == 0))
        {
            throw new ArgumentException(
                "Concealable unfairness needs the records of at least one audit set, and at least one record of each.",
                nameof(sets)
            );
        }
        double[] values = [.. sets.Select(s => OfOneSet(s, tau)).OfType<double>()];
        double? mean = values.Length == 0 ? null : values.Average();
        double? error =
            values.Length < 2 ? null : Math.Sqrt(values.Sum(v => (v - mean!.Value) * (v - mean.Value)) / (values.Length - 1) / sets.Count);
        return new Concealable(mean, error, values.Length, sets.Count, sets.Average(s => s[0].HonestError < tau ? 1.0 : 0.0));
    }
}
