using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Audit;

/// <summary>The paper, and where its numbers were read.</summary>
internal static class AuditPaper
{
    public const string Id = "arXiv:2505.04796";

    /// <summary>Where the published numbers of the employment task stand: stored by the authors, not printed in the paper.</summary>
    public const string Stored = "stored results of the authors' code, January 2025";

    public const string Figures = "section 5.3";

    public const string Budgets = "section 5.4";

    public static Estimate? OfSeeds(double[] values, params ReadOnlySpan<string> purpose) =>
        values.Length == 0 ? null : Intervals.OfSeeds(values, RandomStream.Named(["audit", .. purpose, "bootstrap"]));
}
