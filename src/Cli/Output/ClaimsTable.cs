using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Claims as tables: what is stated, and what was judged.</summary>
internal static class ClaimsTable
{
    /// <summary>What is stated, before anything is measured.</summary>
    internal static ResultTable Statements(IEnumerable<(ExperimentInfo Experiment, Claim Claim)> claims, bool withExperiment)
    {
        ResultTable table = new(withExperiment ? "claim" : "id", "statement", "paper", "accepted", "why", "judged from", "needs");
        foreach ((ExperimentInfo experiment, Claim claim) in claims)
        {
            string id = withExperiment ? $"{experiment.Id}:{claim.Id}" : claim.Id;
            table.Add(
                id,
                claim.Text,
                Paper(claim),
                Accepted(claim),
                claim.Reason,
                DescribeVerb.Name(claim.FromScale),
                string.Join(", ", claim.Needs)
            );
        }

        return table;
    }

    /// <summary>A claim as a document.</summary>
    internal static object Statement(ExperimentInfo experiment, Claim claim) =>
        new
        {
            Experiment = experiment.Id,
            experiment.Paper,
            claim.Id,
            claim.Kind,
            claim.Text,
            Published = claim.PaperValue,
            Place = claim.PaperPlace,
            claim.Unit,
            claim.Band,
            claim.Reason,
            claim.Provenance,
            claim.FromScale,
            claim.Needs,
            claim.MinimumSeeds,
        };

    /// <summary>Prints verdicts, what was skipped with the command that gets it, and what the verdicts stand on.</summary>
    internal static void Show(ResultWriter results, IReadOnlyList<JudgedClaim> claims, string executable)
    {
        JudgedClaim[] judged = [.. claims.Where(c => c.Verdict != Verdict.Skipped)];
        if (judged.Length > 0)
        {
            ResultTable table = new("verdict", "claim", "paper", "ours", "accepted", "stands on", "why");
            foreach (JudgedClaim c in judged)
            {
                table.Add(
                    Cell(c.Verdict),
                    $"{c.Experiment.Id}: {c.Claim.Text}",
                    Paper(c.Claim),
                    Ours(c.Claim),
                    Accepted(c.Claim),
                    Badge(c.Claim.Provenance),
                    c.Why
                );
            }

            results.Table(table);
        }

        ShowSkipped(results, [.. claims.Where(c => c.Verdict == Verdict.Skipped)], executable);
        results.Line();
        results.Line(new ResultCell(Counts(claims), claims.Any(c => c.Verdict == Verdict.Failed) ? Tone.Bad : Tone.Plain));
        if (judged.Length > 0)
        {
            results.Line(Standing(judged));
        }
    }

    /// <summary>What could be judged too, by what it takes: one line a command, not one a claim.</summary>
    private static void ShowSkipped(ResultWriter results, IReadOnlyList<JudgedClaim> skipped, string executable)
    {
        if (skipped.Count == 0)
        {
            return;
        }

        results.Line();
        ResultTable table = new("skipped", "of", "why", "get it with");
        foreach (
            IGrouping<(string Experiment, string Why, string Command), JudgedClaim> group in skipped.GroupBy(c =>
                (c.Experiment.Id, c.Why, Command(c, executable))
            )
        )
        {
            int count = group.Count();
            table.Add($"{count} claim{(count == 1 ? "" : "s")}", group.Key.Experiment, group.Key.Why, group.Key.Command);
        }

        results.Table(table);
    }

    internal static string Paper(Claim claim) =>
        claim.PaperValue is { } value ? $"{Numbers.Of(value)}{Unit(claim)} ({claim.PaperPlace})"
        : claim.PaperPlace.Length > 0 ? $"no number ({claim.PaperPlace})"
        : "";

    internal static string Accepted(Claim claim) =>
        claim.Kind == ClaimKind.AllOf ? string.Join("; ", claim.Parts.Select(Accepted).Distinct()) : Numbers.Of(claim.Band) + Unit(claim);

    internal static string Ours(Claim claim) =>
        claim.Kind == ClaimKind.AllOf ? string.Join("; ", claim.Parts.Select(Ours).Distinct())
        : claim.Estimate is { } estimate ? Numbers.Of(estimate) + Unit(claim)
        : claim.NotMeasuredBecause ?? "not measured";

    internal static string Badge(Provenance provenance) =>
        $"{Data(provenance.Data)} data, {(provenance.Hardware == HardwareOrigin.Real ? "real" : "simulated")} hardware";

    /// <summary>Where the results go red.</summary>
    internal static ResultCell Cell(Verdict verdict) =>
        verdict switch
        {
            Verdict.Confirmed => new("Confirmed", Tone.Good),
            Verdict.Consistent => new("Consistent", Tone.Warning),
            Verdict.Failed => new("Failed", Tone.Bad),
            Verdict.NotJudged => new("NotJudged", Tone.Warning),
            _ => new("Skipped", Tone.Faint),
        };

    internal static string Counts(IReadOnlyList<JudgedClaim> claims) =>
        $"{claims.Count} claim{(claims.Count == 1 ? "" : "s")}: "
        + string.Join(", ", Enum.GetValues<Verdict>().Select(v => $"{claims.Count(c => c.Verdict == v)} {Cell(v).Text}"));

    private static string Standing(JudgedClaim[] judged)
    {
        int On(Func<Provenance, bool> where) => judged.Count(c => where(c.Claim.Provenance));
        return $"Not skipped: {judged.Length}. Data: {On(p => p.Data == DataOrigin.Real)} real, {On(p => p.Data == DataOrigin.Generated)} generated, "
            + $"{On(p => p.Data == DataOrigin.Mixed)} mixed. Hardware: {On(p => p.Hardware == HardwareOrigin.Real)} real, "
            + $"{On(p => p.Hardware == HardwareOrigin.Simulated)} simulated.";
    }

    private static string Command(JudgedClaim claim, string executable)
    {
        string scale = claim.Claim.FromScale == Scale.Quick ? "" : $"--scale {DescribeVerb.Name(claim.Claim.FromScale)}";
        string need = claim.UnmetNeed switch
        {
            null => "",
            "cuda" => "a machine with CUDA",
            { } data when data.StartsWith("data:", StringComparison.Ordinal) => $"{executable} data fetch {data[5..]}",
            { } other => other,
        };
        return need.Length > 0 && scale.Length > 0 ? $"{need}, then {scale}" : need + scale;
    }

    private static string Data(DataOrigin origin) =>
        origin switch
        {
            DataOrigin.Real => "real",
            DataOrigin.Generated => "generated",
            _ => "mixed",
        };

    private static string Unit(Claim claim) => claim.Unit is { } unit ? $" {unit}" : "";
}
