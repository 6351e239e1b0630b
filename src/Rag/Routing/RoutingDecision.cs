namespace ResearchKit.Rag;

/// <summary>Which sources a query goes to.</summary>
/// <param name="Scores">For every source its score, in the order of the sources.</param>
public sealed record RoutingDecision(IReadOnlyList<SourceScore> Scores)
{
    /// <summary>The names of the chosen sources, in the order of the sources.</summary>
    public IReadOnlyList<string> Chosen { get; } = [.. Scores.Where(s => s.Chosen).Select(s => s.Source)];
}
