namespace ResearchKit.Experiments;

/// <summary>A claim with its verdict.</summary>
/// <param name="Experiment">The experiment it belongs to.</param>
/// <param name="Claim">The claim.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Why">The verdict's reason in a few words, for example <c>interval crosses 1.3: about 4 more seeds needed</c>.</param>
/// <param name="P">The raw p-value, where there is one.</param>
/// <param name="AdjustedP">The p-value adjusted by Holm over all claims judged together.</param>
public sealed record JudgedClaim(ExperimentInfo Experiment, Claim Claim, Verdict Verdict, string Why, double? P, double? AdjustedP)
{
    /// <summary>The first of what the claim needs that is not here, written as in <see cref="NeedsAttribute"/>; null if all is here.</summary>
    public string? UnmetNeed { get; init; }
}
