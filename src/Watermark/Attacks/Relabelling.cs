using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Takes away the ids and renumbers the nodes in a random order.</summary>
public sealed class Relabelling : IGraphAttack
{
    /// <inheritdoc/>
    public string Name => "shuffled ids";

    /// <inheritdoc/>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        int[] numbers = random.Permutation(graph.NodeCount);
        return new AttackResult(graph.WithIds(null).Relabel(numbers), []) { NewNumbers = numbers };
    }
}
