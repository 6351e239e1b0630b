namespace ResearchKit.Experiments.Tests;

/// <summary>Verdicts on rows that were made up, to see that claims can fail.</summary>
internal static class MadeUpRows
{
    /// <summary>The verdicts of the claims that these rows measure, at full scale on an idle machine.</summary>
    internal static IEnumerable<Verdict> Verdicts<TOptions, TCell, TRow>(
        Experiment<TOptions, TCell, TRow> experiment,
        IReadOnlyList<Measured<TCell, TRow>> rows
    )
        where TOptions : ExperimentOptions
        where TCell : class
        where TRow : class =>
        ClaimJudge
            .Judge(
                [.. experiment.Judge(rows).Select(c => (experiment.Info, c))],
                new JudgeContext(Scale.Full, new HashSet<string>(), MachineBusy: false)
            )
            .Where(c => c.Claim.Kind == ClaimKind.AllOf ? c.Claim.Parts.Any(p => p.Estimate is not null) : c.Claim.Estimate is not null)
            .Select(c => c.Verdict);
}
