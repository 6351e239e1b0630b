namespace ResearchKit.Graphs;

/// <summary>A graph read from a file, with what the loader changed.</summary>
/// <param name="Graph">The graph, simple and undirected.</param>
/// <param name="Report">What was read, dropped and merged.</param>
public sealed record LoadedGraph(Graph Graph, LoadReport Report);
