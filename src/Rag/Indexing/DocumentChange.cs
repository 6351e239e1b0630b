namespace ResearchKit.Rag;

/// <summary>A vector that came into an index, or left it.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Vector">The vector as stored.</param>
/// <param name="Removed">Whether it left.</param>
public sealed record DocumentChange(string Id, ReadOnlyMemory<float> Vector, bool Removed);
