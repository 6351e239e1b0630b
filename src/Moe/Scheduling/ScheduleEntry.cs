namespace ResearchKit.Moe;

/// <summary>Tokens that one rank sends to another for an expert.</summary>
/// <param name="Source">The rank whose tokens they are.</param>
/// <param name="Expert">The expert.</param>
/// <param name="Destination">The rank that computes them.</param>
/// <param name="Tokens">How many; positive.</param>
public readonly record struct ScheduleEntry(int Source, int Expert, int Destination, int Tokens);
