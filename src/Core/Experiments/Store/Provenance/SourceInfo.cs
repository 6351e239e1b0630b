namespace ResearchKit.Experiments;

/// <summary>The version of the software, and the state of its source.</summary>
/// <param name="Version">The version.</param>
/// <param name="Commit">The commit, if known.</param>
/// <param name="Dirty">Whether the source had uncommitted changes; null if not known.</param>
/// <param name="DirtyDiffSha256">The checksum of those changes.</param>
public sealed record SourceInfo(string Version, string? Commit, bool? Dirty, string? DirtyDiffSha256);
