namespace ResearchKit.Watermark;

/// <summary>A key of <see cref="EppsteinWatermark"/>: the thresholds, the key pairs, and the identifier of every copy.</summary>
/// <param name="Graph">The graph it was made for.</param>
/// <param name="HighNodes">The number of high nodes.</param>
/// <param name="MediumNodes">The number of high and medium nodes together.</param>
/// <param name="Pairs">Pairs of label indices, ascending.</param>
/// <param name="Identifiers">One text of 0s and 1s a copy, a bit a pair: 1 where the copy has the edge.</param>
/// <param name="Copy">The copy to make and to look for.</param>
public sealed record EppsteinKey(
    GraphInfo Graph,
    int HighNodes,
    int MediumNodes,
    IReadOnlyList<(int A, int B)> Pairs,
    IReadOnlyList<string> Identifiers,
    int Copy
);
