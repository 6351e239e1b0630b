namespace ResearchKit.Moe;

/// <summary>
/// EPLB, the load balancer that DeepSeek published with DeepSeek-V3: the experts with the largest load per copy are replicated, one copy at a time; groups of experts are packed onto nodes, copies
/// onto ranks, heaviest first onto the least loaded with room.
/// </summary>
/// <param name="replicas">All copies together, a multiple of the ranks; null for E.</param>
/// <param name="groups">Groups of experts that stay on one node. Default 1.</param>
/// <param name="nodes">The nodes. Default 1. Where it does not divide the groups, the balance is global.</param>
public sealed class EplbPlacement(int? replicas = null, int groups = 1, int nodes = 1) : IExpertPlacement
{
    /// <inheritdoc/>
    public string Name => "eplb";

    /// <inheritdoc/>
    public IReadOnlyList<ExpertPlacement> Place(PlacementRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        IReadOnlyList<IReadOnlyList<double>> loads =
            request.Loads ?? throw new ArgumentException("EPLB places by the experts' loads: give Loads.", nameof(request));
        return
        [
            .. loads.Select(layer =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return Balance(layer, replicas ?? request.Experts, groups, nodes, request.Ranks).ToPlacement(request.Ranks);
            }),
        ];
    }

    /// <summary>Balances one layer.</summary>
    /// <param name="loads">The load of each expert; not negative.</param>
    /// <param name="replicas">All copies together: at least E, a multiple of the ranks.</param>
    /// <param name="groups">Groups of experts; a divisor of E.</param>
    /// <param name="nodes">Nodes; a divisor of the ranks.</param>
    /// <param name="ranks">G.</param>
    /// <exception cref="ArgumentException">The numbers do not divide one another.</exception>
    public static ReplicaTable Balance(IReadOnlyList<double> loads, int replicas, int groups, int nodes, int ranks)
    {
        ArgumentNullException.ThrowIfNull(loads);
        int experts = loads.Count;
        if (groups < 1 || nodes < 1 || groups % nodes != 0)
        {
            // As the reference: one group on one node, a global balance.
            (groups, nodes) = (1, 1);
        }

        if (replicas < experts || ranks < 1 || replicas % ranks != 0 || experts % groups != 0 || ranks % nodes != 0)
        {
            throw new ArgumentException(
                $"{replicas} copies of {experts} experts in {groups} groups on {ranks} ranks of {nodes} nodes: copies are at least the experts and a multiple of the ranks, "
                    + "groups divide the experts, nodes divide the ranks.",
                nameof(replicas)
            );
        }

        // As the reference, in single precision: ties depend on it.
        float[] weight =
        [
            .. loads.Select(static load =>
                load >= 0 && double.IsFinite(load)
                    ? (float)load
                    : throw new ArgumentException("A load is finite and not negative.", nameof(loads))
            ),
        ];
        int groupSize = experts / groups;
        float[] groupWeights = [.. Enumerable.Range(0, groups).Select(group => Sum(weight.AsSpan(group * groupSize, groupSize)))];
        (int[] nodeOfGroup, int[] placeInNode) = Pack(groupWeights, nodes);
        int[] nodeOrder = new int[experts]; // position among the nodes -> expert
        for (int expert = 0; expert < experts; expert++)
        {
            int group = expert / groupSize;
            nodeOrder[(((nodeOfGroup[group] * (groups / nodes)) + placeInNode[group]) * groupSize) + (expert % groupSize)] = expert;
        }

        int[] physical = new int[replicas];
        int[] copy = new int[replicas];
        int perNode = replicas / nodes;
        int perRank = replicas / ranks;
        for (int node = 0; node < nodes; node++)
        {
            int[] own = nodeOrder[(node * experts / nodes)..((node + 1) * experts / nodes)];
            (int[] expertOf, int[] copyOf, int[] copies) = Replicate([.. own.Select(expert => weight[expert])], perNode);
            (int[] rankOf, int[] placeInRank) = Pack([.. expertOf.Select(local => weight[own[local]] / copies[local])], ranks / nodes);
            for (int i = 0; i < perNode; i++)
            {
                int position = (node * perNode) + (rankOf[i] * perRank) + placeInRank[i];
                physical[position] = own[expertOf[i]];
                copy[position] = copyOf[i];
            }
        }

        return new(experts, physical, copy);
    }

    /// <summary>Items into packs of equal number: heaviest first, each to the lightest pack with room.</summary>
    private static (int[] Pack, int[] Place) Pack(float[] weights, int packs)
    {
        int size = weights.Length / packs;
        int[] pack = new int[weights.Length];
        int[] place = new int[weights.Length];
        if (size == 1)
        {
            return ([.. Enumerable.Range(0, packs)], place);
        }

        float[] sums = new float[packs];
        int[] items = new int[packs];
        foreach (int item in DescendingOrder.Of(weights))
        {
            int lightest = -1;
            for (int candidate = 0; candidate < packs; candidate++)
            {
                if (items[candidate] < size && (lightest < 0 || sums[candidate] < sums[lightest]))
                {
                    lightest = candidate;
                }
            }

            (pack[item], place[item]) = (lightest, items[lightest]++);
            sums[lightest] += weights[item];
        }

        return (pack, place);
    }

    /// <summary>One copy more for the expert with the largest load per copy, until there are enough.</summary>
    private static (int[] Expert, int[] Copy, int[] Copies) Replicate(float[] weights, int replicas)
    {
        int[] expert = [.. Enumerable.Range(0, replicas)];
        int[] copy = new int[replicas];
        int[] copies = [.. Enumerable.Repeat(1, weights.Length)];
        for (int i = weights.Length; i < replicas; i++)
        {
            int largest = 0;
            for (int candidate = 1; candidate < weights.Length; candidate++)
            {
                largest = weights[candidate] / copies[candidate] > weights[largest] / copies[largest] ? candidate : largest;
            }

            (expert[i], copy[i]) = (largest, copies[largest]++);
        }

        return (expert, copy, copies);
    }

    private static float Sum(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }
}
