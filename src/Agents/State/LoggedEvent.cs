namespace ResearchKit.Agents;

/// <summary>An event as it is kept and sent: encoded once, for all readers.</summary>
/// <param name="Sequence">The number within the task.</param>
/// <param name="Kind">task, status, artifact or message.</param>
/// <param name="Json">The event as JSON in UTF-8.</param>
public sealed record LoggedEvent(long Sequence, string Kind, ReadOnlyMemory<byte> Json);
