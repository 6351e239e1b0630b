using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>An attacked graph.</summary>
/// <param name="Graph">The graph after the attack.</param>
/// <param name="Edits">Exactly what was changed, ascending by (U, V).</param>
public sealed record AttackResult(Graph Graph, IReadOnlyList<EdgeEdit> Edits);
