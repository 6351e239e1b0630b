using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>watermark keygen</c> says.</summary>
internal sealed record KeygenReport(
    string Key,
    string Scheme,
    int Nodes,
    int Edges,
    int Length,
    int? Budget,
    string Sha256,
    string Commitment
);

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
    IdReport Ids,
    RegistrationReport? Registration
);

/// <summary>How nodes were matched by structure.</summary>
internal sealed record RegistrationReport(int Seeds, int Matched);

/// <summary>What <c>watermark fingerprint</c> says.</summary>
internal sealed record FingerprintReport(string File, string User, int Positions, int Added, int Removed);

/// <summary>What <c>watermark identify</c> says.</summary>
internal sealed record IdentifyReport(IReadOnlyList<UserScore> Users, double Threshold, int Positions, int Flipped, IdReport Ids);

/// <summary>What <c>watermark attack</c> says.</summary>
internal sealed record AttackReport(string File, string Attack, int Added, int Removed, int DeletedNodes, int AddedNodes, bool IdsShuffled);

/// <summary>What <c>watermark register</c> says.</summary>
internal sealed record RegisterReport(string File, int Nodes, int SuspectNodes, int Seeds, int Matched);

/// <summary>What <c>watermark compare</c> says.</summary>
internal sealed record CompareReport(int Nodes, int Edges, int Budget, IReadOnlyList<SchemeReport> Schemes);

/// <summary>One scheme of a comparison; with a failure it could not mark the graph.</summary>
internal sealed record SchemeReport(
    string Scheme,
    int Edits,
    double EmbedMs,
    double DetectMs,
    IReadOnlyList<AttackOutcome> Found,
    string? Failure
);

/// <summary>What a scheme said after one attack.</summary>
internal sealed record AttackOutcome(string Attack, DetectionOutcome Outcome);

/// <summary>Whether a mark was found.</summary>
internal enum Presence
{
    /// <summary>It was.</summary>
    Present,

    /// <summary>It was not.</summary>
    Absent,
}
