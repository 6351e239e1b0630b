namespace ResearchKit.Watermark;

/// <summary>The verdict of <see cref="ZhaoWatermark"/>.</summary>
/// <param name="Outcome">Present if any subgraph was found; undecided if none was and a search was given up.</param>
/// <param name="Score">The share of node pairs of the best subgraph that are as in the mark; 0 if none was found.</param>
/// <param name="PValue">An upper bound of the probability that a subgraph drawn at random is found: the number of maps among the candidates times the share of graphs within the tolerance.</param>
/// <param name="Found">Which subgraphs were found, from 0.</param>
/// <param name="Tried">How many extensions the searches tried in all.</param>
public sealed record ZhaoDetection(DetectionOutcome Outcome, double Score, double PValue, IReadOnlyList<int> Found, long Tried)
    : DetectionResult(Outcome, Score, PValue);
