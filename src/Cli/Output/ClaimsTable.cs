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

        JudgedClaim[] skipped = [.. claims.Where(c => c.Verdict == Verdict.Skipped)];
        if (skipped.Length > 0)
        {
            results.Line();
            ResultTable table = new("skipped claim", "why", "get it with");
            foreach (JudgedClaim c in skipped)
            {
                table.Add($"{c.Experiment.Id}: {c.Claim.Text}", c.Why, Command(c, executable));
            }

            results.Table(table);
        }

        results.Line();
        results.Line(new ResultCell(Counts(claims), claims.Any(c => c.Verdict == Verdict.Failed) ? Tone.Bad : Tone.Plain));
        if (judged.Length > 0)
        {
            results.Line(Standing(judged));
        }
    }

    internal static string Paper(Claim claim) =>
        claim.PaperValue is { } value ? $"{Numbers.Of(value)}{Unit(claim)} ({claim.PaperPlace})"
        : claim.PaperPlace.Length > 0 ? $"no number ({claim.PaperPlace})"
        : "";

    internal static string Accepted(Claim claim) =>
        claim.Kind == ClaimKind.AllOf
            ? string.Join("; ", claim.Parts.Select(p => $"{p.Id}: {Accepted(p)}"))
            : Numbers.Of(claim.Band) + Unit(claim);

    internal static string Ours(Claim claim) =>
        claim.Kind == ClaimKind.AllOf ? string.Join("; ", claim.Parts.Select(p => $"{p.Id}: {Ours(p)}"))
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
        string[] data = [.. claim.Claim.Needs.Where(n => n.StartsWith("data:", StringComparison.Ordinal)).Select(n => n[5..])];
        return data.Length > 0 ? string.Join(" && ", data.Select(d => $"{executable} data fetch {d}"))
            : claim.Claim.Needs.Contains("cuda") ? "a machine with CUDA"
            : $"--scale {DescribeVerb.Name(claim.Claim.FromScale)}";
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
