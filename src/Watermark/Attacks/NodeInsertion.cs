using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Adds nodes, each joined to others of the graph that are chosen at random.</summary>
/// <param name="count">How many nodes, at least 0.</param>
/// <param name="degree">To how many different nodes each is joined, at least 0.</param>
public sealed class NodeInsertion(int count, int degree) : IGraphAttack
{
    private readonly int count = AttackAmount.Count(count);
    private readonly int degree = AttackAmount.Count(degree);

    /// <inheritdoc/>
    public string Name => "node insertion";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The graph has fewer nodes than a new one is to be joined to.</exception>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        RandomPairs.Require(count == 0 ? 0 : degree, graph.NodeCount, "nodes to join a new one to");
        List<EdgeEdit> edits = [];
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            edits.AddRange(random.Sample(graph.NodeCount, degree).Select(node => new EdgeEdit(node, graph.NodeCount + i, EditKind.Add)));
        }
        Graph larger = Graph.FromEdges(graph.NodeCount + count, [.. graph.Edges(), .. edits.Select(e => (e.U, e.V))], NewIds(graph));
        return new AttackResult(larger, [.. edits.OrderBy(e => e.U).ThenBy(e => e.V)]) { AddedNodes = count };
    }

    private NodeIds? NewIds(Graph graph)
    {
        if (graph.ExternalIds is not { } ids)
        {
            return null;
        }
        if (ids.AreNumbers)
        {
            long[] numbers = [.. ids.Select(id => long.Parse(id, System.Globalization.CultureInfo.InvariantCulture))];
            long next = numbers.Length == 0 ? 0 : numbers.Max() + 1;
            return NodeIds.Of([.. numbers, .. Enumerable.Range(0, count).Select(i => next + i)]);
        }
        // A prefix that no id begins with makes the new ids different from all others.
        string prefix = "new";
        while (ids.Any(id => id.StartsWith(prefix, StringComparison.Ordinal)))
        {
            prefix += "-";
        }
        return NodeIds.Of([.. ids, .. Enumerable.Range(0, count).Select(i => $"{prefix}{i}")]);
    }
}
