namespace ResearchKit.Audit;

/// <summary>What an audit of a live model found.</summary>
/// <param name="Findings">The verdict on the answers.</param>
/// <param name="Asked">The questions that were asked, in all runs together.</param>
/// <param name="AskedNow">Those of this run.</param>
/// <param name="Unanswered">Questions asked without an answer: they are not repeated, and do not count.</param>
public sealed record EndpointAuditResult(TableAuditResult Findings, int Asked, int AskedNow, int Unanswered);
