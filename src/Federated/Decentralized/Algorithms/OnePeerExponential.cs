namespace ResearchKit.Federated.Decentralized;

/// <summary>The one-peer exponential graph: in each round one of the exponential graph's neighbours in turn. With 2^m nodes, m rounds average exactly.</summary>
public sealed class OnePeerExponential : ITopology
{
    private readonly int[] _powers;
    private readonly int _nodes;

    /// <summary>The graph over so many nodes.</summary>
    public OnePeerExponential(int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        (_nodes, _powers) = (nodes, [.. FixedTopology.Powers(nodes)]);
    }

    /// <inheritdoc/>
    public string Name => "one-peer-exponential";

    /// <inheritdoc/>
    public IReadOnlyList<int> Receivers(int node, int round) =>
        _powers.Length == 0 ? [] : [(node + _powers[(round - 1) % _powers.Length]) % _nodes];
}
