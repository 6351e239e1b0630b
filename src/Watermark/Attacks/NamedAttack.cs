namespace ResearchKit.Watermark;

/// <summary>An attack that can be named on a command line, with one number for its strength.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, and what the number means.</param>
/// <param name="Create">Makes it for a graph of E edges and a strength.</param>
public sealed record NamedAttack(string Name, string Description, Func<int, double, IGraphAttack> Create);
