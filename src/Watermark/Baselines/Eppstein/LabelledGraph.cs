using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// The labelled nodes of a graph: the high nodes in the order of their extended degrees, then the medium nodes in the order of their bit labels.
/// A label index counts through both lists.
/// </summary>
internal sealed class LabelledGraph
{
    private LabelledGraph(Graph graph, int[] high, int[] medium, BitLabel[] labels)
    {
        Graph = graph;
        High = high;
        Medium = medium;
        MediumLabels = labels;
    }

    public Graph Graph { get; }

    public int[] High { get; }

    public int[] Medium { get; }

    /// <summary>The bit labels of the medium nodes, ascending.</summary>
    public BitLabel[] MediumLabels { get; }

    public int Count => High.Length + Medium.Length;

    public int NodeAt(int label) => label < High.Length ? High[label] : Medium[label - High.Length];

    /// <summary>Labels a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="high">The number of high nodes.</param>
    /// <param name="medium">The number of high and medium nodes together.</param>
    public static LabelledGraph Of(Graph graph, int high, int medium)
    {
        int[] degrees = graph.DegreeSequence();
        int[] top = HighNodes.Of(graph, high, high);
        NodeLabels labels = new(graph, top);
        if (high >= degrees.Length || medium > degrees.Length || medium < 1)
        {
            return new LabelledGraph(graph, top, [], []);
        }
        int largest = degrees[high];
        int smallest = degrees[medium - 1];
        (int Node, BitLabel Label)[] nodes =
        [
            .. Enumerable
                .Range(0, graph.NodeCount)
                // A high node whose degree is that of the first medium one is listed here too, as in the authors' code.
                .Where(node => graph.Degree(node) >= smallest && graph.Degree(node) <= largest)
                .Select(node => (node, labels.Of(node)))
                .OrderBy(n => n.Item2),
        ];
        return new LabelledGraph(graph, top, [.. nodes.Select(n => n.Node)], [.. nodes.Select(n => n.Label)]);
    }
}
