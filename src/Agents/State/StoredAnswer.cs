namespace ResearchKit.Agents;

/// <summary>An answer that is kept to be given again.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, JSON in UTF-8.</param>
/// <param name="TaskId">The task that was begun, or null.</param>
public sealed record StoredAnswer(int Status, ReadOnlyMemory<byte> Body, string? TaskId);
