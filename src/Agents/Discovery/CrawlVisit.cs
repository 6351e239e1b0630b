namespace ResearchKit.Agents.Discovery;

/// <summary>A request that a crawler made.</summary>
/// <param name="Url">The address.</param>
/// <param name="At">When.</param>
/// <param name="Status">The status; 0 if there was no answer.</param>
/// <param name="Problem">What was wrong, or null.</param>
public sealed record CrawlVisit(Uri Url, DateTimeOffset At, int Status, string? Problem);
