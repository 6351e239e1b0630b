using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>Which node of a suspect graph is which of the original, found by structure.</summary>
/// <param name="Alignment">The matched nodes; nodes without a match count as missing.</param>
/// <param name="Seeds">How many nodes the features alone matched.</param>
/// <param name="Matched">How many nodes are matched in the end.</param>
public sealed record NodeMatching(NodeAlignment Alignment, int Seeds, int Matched);
