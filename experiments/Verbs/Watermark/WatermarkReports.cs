using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>watermark keygen</c> says.</summary>
internal sealed record KeygenReport(string Key, string Scheme, int Nodes, int Edges, int Length, int? Budget, string Sha256);

/// <summary>What <c>watermark plan</c> says.</summary>
internal sealed record PlanReport(
    int Nodes,
    long Edges,
    int Length,
    long Budget,
    double Threshold,
    IReadOnlyList<PlanLine> Attacks,
    double BlindScore,
    double FlipsToDefeat
);

/// <summary>The mark after one attack.</summary>
internal sealed record PlanLine(string Attack, double Similarity, double DetectionProbability);

/// <summary>What <c>watermark embed</c> says; no file if there was no effect.</summary>
internal sealed record EmbedReport(
    string? File,
    int Added,
    int Removed,
    long Candidates,
    double EffectiveTau,
    double PredictedSimilarity,
    int IsolatedNodes,
    EmbedWarning Warning
);

/// <summary>What <c>watermark detect</c> says.</summary>
internal sealed record DetectReport(
    Presence Verdict,
    double Similarity,
    double Threshold,
    double PValue,
    int CandidateKeys,
    double PValueAmongKeys,
    double Distance,
    double DistanceThreshold,
    long Differences,
    bool Blind,
    IdReport Ids
);

/// <summary>Whether a mark was found.</summary>
internal enum Presence
{
    /// <summary>It was.</summary>
    Present,

    /// <summary>It was not.</summary>
    Absent,
}
