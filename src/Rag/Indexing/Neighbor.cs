namespace ResearchKit.Rag;

/// <summary>A row of an index and its distance from a query.</summary>
/// <param name="Row">The row.</param>
/// <param name="Distance">By the index's <see cref="VectorMetric"/>.</param>
public readonly record struct Neighbor(int Row, float Distance);
