namespace ResearchKit.Agents;

/// <summary>An event of a stream.</summary>
/// <param name="Event">Its name; <c>message</c> if none is given.</param>
/// <param name="Id">Its id, or null.</param>
/// <param name="Data">Its data.</param>
public sealed record EventStreamItem(string Event, string? Id, string Data);
