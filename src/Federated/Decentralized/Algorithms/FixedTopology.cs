using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>The same receivers in all rounds.</summary>
public sealed class FixedTopology : ITopology
{
    private readonly int[][] _receivers;

    /// <summary>A topology given by lists.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="receivers">The receivers of each node.</param>
    /// <exception cref="ArgumentException">A receiver does not exist, occurs twice, or is the node itself.</exception>
    public FixedTopology(string name, IReadOnlyList<IReadOnlyList<int>> receivers)
    {
        ArgumentNullException.ThrowIfNull(receivers);
        Name = name;
        _receivers = [.. receivers.Select(own => own.ToArray())];
        foreach ((int node, int[] own) in _receivers.Index())
        {
            if (own.Distinct().Count() != own.Length || own.Any(to => to == node || (uint)to >= (uint)_receivers.Length))
            {
                throw new ArgumentException(
                    $"Node {node} sends to [{string.Join(", ", own)}]; allowed are other nodes of 0 to {_receivers.Length - 1}, each once.",
                    nameof(receivers)
                );
            }
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>A directed ring: i sends to i + 1.</summary>
    public static FixedTopology Ring(int nodes) =>
        new("ring", [.. Enumerable.Range(0, nodes).Select(i => nodes > 1 ? new[] { (i + 1) % nodes } : [])]);

    /// <summary>A ring in both directions, its nodes in random order.</summary>
    public static FixedTopology UndirectedRing(int nodes, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        int[] order = stream.Permutation(nodes);
        int[][] receivers = new int[nodes][];
        for (int i = 0; i < nodes; i++)
        {
            receivers[order[i]] =
            [
                .. new[] { order[(i + 1) % nodes], order[(i + nodes - 1) % nodes] }.Distinct().Where(to => to != order[i]),
            ];
        }

        return new("undirected-ring", receivers);
    }

    /// <summary>A random graph in which every node has the same number of neighbours: simple and connected.</summary>
    public static FixedTopology Regular(int nodes, int degree, RandomStream stream) =>
        OfGraph(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{degree}-regular"),
            RandomGraphs.RandomRegular(nodes, degree, stream)
        );

    /// <summary>The neighbours in a graph.</summary>
    public static FixedTopology OfGraph(string name, Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new(name, [.. Enumerable.Range(0, graph.NodeCount).Select(i => graph.Neighbours(i).ToArray())]);
    }

    /// <summary>The exponential graph: i sends to i + 1, i + 2, i + 4, ...</summary>
    public static FixedTopology Exponential(int nodes) =>
        new("exponential", [.. Enumerable.Range(0, nodes).Select(i => Powers(nodes).Select(p => (i + p) % nodes).ToArray())]);

    /// <summary>Everybody sends to everybody.</summary>
    public static FixedTopology Full(int nodes) =>
        new("full", [.. Enumerable.Range(0, nodes).Select(i => Enumerable.Range(0, nodes).Where(j => j != i).ToArray())]);

    /// <inheritdoc/>
    public IReadOnlyList<int> Receivers(int node, int round) => _receivers[node];

    internal static IEnumerable<int> Powers(int nodes)
    {
        for (int power = 1; power < nodes; power *= 2)
        {
            yield return power;
        }
    }
}
