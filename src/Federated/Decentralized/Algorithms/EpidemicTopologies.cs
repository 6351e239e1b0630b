using System.Globalization;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>EL-Oracle (arXiv:2310.01972, section 3): a fresh random regular graph in every round.</summary>
public sealed class EpidemicOracle : ITopology
{
    private readonly int _nodes;
    private readonly int _degree;
    private readonly RandomStream _stream;
    private int _round;
    private FixedTopology? _topology;

    /// <summary>Fresh graphs.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="degree">s: to how many each sends.</param>
    /// <param name="stream">Where the graphs come from; each round splits its own.</param>
    public EpidemicOracle(int nodes, int degree, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (_nodes, _degree, _stream) = (nodes, degree, stream);
    }

    /// <inheritdoc/>
    public string Name => "oracle";

    /// <inheritdoc/>
    public IReadOnlyList<int> Receivers(int node, int round)
    {
        if (_topology is null || round != _round)
        {
            RandomStream own = _stream.Split(round.ToString(CultureInfo.InvariantCulture));
            (_round, _topology) = (round, FixedTopology.OfGraph(Name, RandomGraphs.RandomRegular(_nodes, _degree, own)));
        }

        return _topology.Receivers(node, round);
    }
}

/// <summary>EL-Local (arXiv:2310.01972, section 3): in every round each node draws its receivers itself, so how many models come in varies.</summary>
public sealed class EpidemicLocal : ITopology
{
    private readonly int _nodes;
    private readonly int _degree;
    private readonly RandomStream _stream;

    /// <summary>Fresh draws.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="degree">s: to how many each sends; below the number of nodes.</param>
    /// <param name="stream">Where the draws come from; each node and round splits its own.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degree"/> does not fit.</exception>
    public EpidemicLocal(int nodes, int degree, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (degree < 1 || degree >= nodes)
        {
            throw new ArgumentOutOfRangeException(nameof(degree), degree, $"Each of {nodes} nodes sends to 1 to {nodes - 1} others.");
        }

        (_nodes, _degree, _stream) = (nodes, degree, stream);
    }

    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    public IReadOnlyList<int> Receivers(int node, int round) =>
        [
            .. _stream
                .Split(node.ToString(CultureInfo.InvariantCulture), round.ToString(CultureInfo.InvariantCulture))
                .Sample(_nodes - 1, _degree)
                .Select(other => other < node ? other : other + 1),
        ];
}
