using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>A marked graph, and what was done to it.</summary>
/// <param name="Graph">The marked graph; the original itself if there was no effect.</param>
/// <param name="Edits">The flipped pairs, ascending by (U, V).</param>
/// <param name="Added">How many edges were added.</param>
/// <param name="Removed">How many edges were removed.</param>
/// <param name="Candidates">How many pairs could have been flipped.</param>
/// <param name="EffectiveTau">The threshold, in standard deviations of the field, that the flips correspond to: Q^-1(flips / candidates); infinite without flips.</param>
/// <param name="PredictedSimilarity">The similarity that detection on the unattacked copy is expected to give (section 3.7 of the module's analysis).</param>
/// <param name="Warning">What was not achieved.</param>
public sealed record EmbedResult(
    Graph Graph,
    IReadOnlyList<EdgeEdit> Edits,
    int Added,
    int Removed,
    long Candidates,
    double EffectiveTau,
    double PredictedSimilarity,
    EmbedWarning Warning
);
