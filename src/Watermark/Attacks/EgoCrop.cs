using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Publishes the surroundings of a node only: the nodes nearest to a random one, with the edges among them and their ids.</summary>
/// <param name="share">The share of the nodes that is kept, 0 to 1; their number is rounded. Where a component is used up, another random node follows.</param>
public sealed class EgoCrop(double share) : IGraphAttack
{
    private readonly double share = AttackAmount.Share(share);

    /// <inheritdoc/>
    public string Name => "crop";

    /// <inheritdoc/>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        int wanted = (int)Math.Round(share * graph.NodeCount);
        bool[] reached = new bool[graph.NodeCount];
        Queue<int> queue = new();
        List<int> kept = new(wanted);
        foreach (int center in random.Permutation(graph.NodeCount))
        {
            if (kept.Count == wanted)
            {
                break;
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (!reached[center])
            {
                reached[center] = true;
                queue.Enqueue(center);
            }
            while (kept.Count < wanted && queue.TryDequeue(out int node))
            {
                kept.Add(node);
                foreach (int neighbour in graph.Neighbours(node))
                {
                    if (!reached[neighbour])
                    {
                        reached[neighbour] = true;
                        queue.Enqueue(neighbour);
                    }
                }
            }
        }
        return AttackResult.OfKept(graph, [.. kept.Order()]);
    }
}
