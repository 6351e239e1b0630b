using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>A graph marked by FFG.</summary>
/// <param name="Graph">The marked graph; the original itself if there was no effect.</param>
/// <param name="Edits">The flipped pairs, ascending by (U, V).</param>
/// <param name="Candidates">How many pairs could have been flipped.</param>
/// <param name="EffectiveTau">The threshold, in standard deviations of the field, that the flips correspond to: Q^-1(flips / candidates); infinite without flips.</param>
/// <param name="PredictedSimilarity">The similarity that detection on the unattacked copy is expected to give, by the closed forms of <see cref="WatermarkPlanner"/>.</param>
/// <param name="Warning">What was not achieved.</param>
public sealed record FfgEmbedding(
    Graph Graph,
    IReadOnlyList<EdgeEdit> Edits,
    long Candidates,
    double EffectiveTau,
    double PredictedSimilarity,
    EmbedWarning Warning
) : EmbedResult(Graph, Edits, Warning);
