using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Judges the claims of several results as one family: the more claims, the stronger the evidence each needs.</summary>
internal static class ClaimFamily
{
    internal static IReadOnlyList<ExperimentResult> JudgeTogether(IReadOnlyList<ExperimentResult> results)
    {
        IReadOnlyList<JudgedClaim> judged = ClaimJudge.Judge([
            .. results.SelectMany(r => r.Claims.Select(c => (r.Experiment, c.Claim, ContextOf(r)))),
        ]);
        int taken = 0;
        List<ExperimentResult> together = [];
        foreach (ExperimentResult result in results)
        {
            together.Add(result with { Claims = [.. judged.Skip(taken).Take(result.Claims.Count)] });
            taken += result.Claims.Count;
        }

        return together;
    }

    private static JudgeContext ContextOf(ExperimentResult result) =>
        result.Context ?? new JudgeContext(result.Scale, new HashSet<string>(), MachineBusy: false);
}
