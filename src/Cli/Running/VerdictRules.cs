using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Which verdicts make a command fail. A failed claim always does.</summary>
internal sealed record VerdictRules
{
    /// <summary>Whether a claim may stay unjudged.</summary>
    internal bool AllowNotJudged { get; init; }

    /// <summary>Whether a claim must be judged though what it needs is not here.</summary>
    internal bool RequireAll { get; init; }

    /// <summary>Whether the interval must lie in the band, too.</summary>
    internal bool RequireConfirmed { get; init; }

    /// <summary>Whether a verdict makes the command fail.</summary>
    /// <param name="claim">The judged claim.</param>
    /// <param name="machineBusy">Times taken on a busy machine say nothing for or against a claim: nobody's build breaks on them.</param>
    internal bool Fails(JudgedClaim claim, bool machineBusy) =>
        claim.Verdict switch
        {
            Verdict.Failed => true,
            Verdict.NotJudged => !AllowNotJudged && !(machineBusy && claim.Claim.RestsOnTiming),
            Verdict.Skipped => RequireAll,
            Verdict.Consistent => RequireConfirmed,
            _ => false,
        };
}
