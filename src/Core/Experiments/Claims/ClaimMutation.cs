namespace ResearchKit.Experiments;

/// <summary>
/// Mutation testing of claims: plants wrong rows (constant, swapped and shuffled systems, a scaled metric, NaN) and sees which claims still hold.
/// A claim that holds whatever the rows say is a defect of the experiment, as a test that passes whatever the code does is one of the test.
/// </summary>
public static class ClaimMutation
{
    /// <summary>Judges an experiment's claims on good rows and on every mutation of them.</summary>
    /// <typeparam name="TOptions">The options of the experiment.</typeparam>
    /// <typeparam name="TCell">Its cells.</typeparam>
    /// <typeparam name="TRow">Its rows; properties that cannot be set are left as they are.</typeparam>
    /// <param name="experiment">The experiment.</param>
    /// <param name="rows">Rows on which its claims hold.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public static ClaimMutationResult Run<TOptions, TCell, TRow>(
        Experiment<TOptions, TCell, TRow> experiment,
        IReadOnlyList<Measured<TCell, TRow>> rows
    )
        where TOptions : ExperimentOptions
        where TCell : class
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Run((Experiment)experiment, [.. rows.Select(r => new MeasuredRow(r.CellKey, r.Cell, r.Index, r.Row))]);
    }

    internal static ClaimMutationResult Run(Experiment experiment, IReadOnlyList<MeasuredRow> rows)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        if (rows.Count == 0)
        {
            throw new ArgumentException("Mutations need rows on which the claims hold; there are none.", nameof(rows));
        }

        List<MutationOutcome> outcomes = [];
        foreach ((string name, MutationKind kind, IReadOnlyList<MeasuredRow> wrong) in RowMutations.Of(experiment, rows))
        {
            outcomes.Add(Judge(experiment, name, kind, wrong));
        }

        return new(JudgeRows(experiment, rows), outcomes);
    }

    private static MutationOutcome Judge(Experiment experiment, string name, MutationKind kind, IReadOnlyList<MeasuredRow> rows)
    {
        try
        {
            return new(name, kind, JudgeRows(experiment, rows), null);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or ArithmeticException or KeyNotFoundException)
        {
            // Wrong rows may break the arithmetic of a claim: it does not hold then, and the outcome says so.
            return new(name, kind, [], FailureText.Of(e));
        }
    }

    private static IReadOnlyList<JudgedClaim> JudgeRows(Experiment experiment, IReadOnlyList<MeasuredRow> rows) =>
        ClaimJudge.Judge(
            [.. experiment.JudgeRows(rows).Select(claim => (experiment.Info, claim))],
            new JudgeContext(Scale.Paper, new HashSet<string>(), MachineBusy: false)
        );
}

/// <summary>What a mutation destroys.</summary>
public enum MutationKind
{
    /// <summary>Differences between systems: rows are made equal, swapped or shuffled. Comparative claims must fall.</summary>
    Effect,

    /// <summary>The size of the metric. Claims on a value must fall.</summary>
    Scale,

    /// <summary>Counts and truth values. Claims of equality must fall.</summary>
    Count,

    /// <summary>The values themselves: all are NaN. No claim on them may hold.</summary>
    NotANumber,
}

/// <summary>How the claims fared on one set of wrong rows.</summary>
/// <param name="Mutation">What was done to the rows.</param>
/// <param name="Kind">What it destroys.</param>
/// <param name="Claims">The claims with their verdicts; empty if judging threw.</param>
/// <param name="Threw">What judging threw, if it did: no claim holds then.</param>
public sealed record MutationOutcome(string Mutation, MutationKind Kind, IReadOnlyList<JudgedClaim> Claims, string? Threw)
{
    /// <summary>Whether a claim still holds.</summary>
    /// <param name="claimId">The claim.</param>
    public bool Holds(string claimId) => Claims.Any(c => c.Claim.Id == claimId && ClaimMutationResult.Holds(c));
}

/// <summary>How the claims fared on good rows and on every set of wrong ones.</summary>
/// <param name="Good">The verdicts on the good rows.</param>
/// <param name="Outcomes">The verdicts on wrong rows.</param>
public sealed record ClaimMutationResult(IReadOnlyList<JudgedClaim> Good, IReadOnlyList<MutationOutcome> Outcomes)
{
    /// <summary>The claims that do not hold on the good rows: nothing is known of them.</summary>
    public IReadOnlyList<string> NotTested => [.. Good.Where(c => !Holds(c)).Select(c => c.Claim.Id)];

    /// <summary>
    /// The claims that hold although what they state was destroyed, each with the reason: a comparative claim that no constant, swapped or shuffled rows bring down,
    /// any other claim that nothing brings down, a claim on numbers that holds when all of them are NaN. Empty for a sound experiment.
    /// </summary>
    public IReadOnlyList<string> Survivors =>
        [
            .. Good.Where(Holds)
                .Select(c => c.Claim)
                .Select(claim => (claim.Id, Why: WhySurviving(claim)))
                .Where(c => c.Why is not null)
                .Select(c => $"{c.Id}: {c.Why}"),
        ];

    internal static bool Holds(JudgedClaim claim) => claim.Verdict is Verdict.Confirmed or Verdict.Consistent;

    private string? WhySurviving(Claim claim)
    {
        bool comparative = IsComparative(claim);
        bool felled = Outcomes.Any(o =>
            (o.Kind == MutationKind.Effect || (!comparative && o.Kind is MutationKind.Scale or MutationKind.Count)) && !o.Holds(claim.Id)
        );
        if (!felled)
        {
            return comparative ? "holds on constant, swapped and shuffled rows alike" : "holds whatever the rows are";
        }

        // Only a claim that feels a change of the floating-point numbers rests on them; no whole number can be NaN.
        bool restsOnNumbers = Outcomes.Any(o => o.Kind == MutationKind.Scale && !o.Holds(claim.Id));
        return restsOnNumbers && Outcomes.Any(o => o.Kind == MutationKind.NotANumber && o.Holds(claim.Id))
            ? "holds when all its numbers are NaN"
            : null;
    }

    private static bool IsComparative(Claim claim) =>
        claim.Kind switch
        {
            ClaimKind.Value or ClaimKind.Exact => false,
            ClaimKind.AllOf => claim.Parts.Any(IsComparative),
            _ => true,
        };
}
