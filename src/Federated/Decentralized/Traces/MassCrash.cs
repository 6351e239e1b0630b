using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>At one moment a share of the nodes is gone without a word, and does not come back (arXiv:2302.13837, crash experiment).</summary>
public sealed class MassCrash : IAvailability
{
    private readonly HashSet<int> _crashing;
    private readonly PresenceChange _crash;

    /// <summary>A crash.</summary>
    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="share">Which share of them crashes; 0 to 1.</param>
    /// <param name="at">When.</param>
    /// <param name="stream">Draws who.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not in [0, 1].</exception>
    public MassCrash(int nodes, double share, VirtualTime at, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (share is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share lies in [0, 1].");
        }

        _crashing = [.. stream.Sample(nodes, (int)Math.Round(share * nodes))];
        _crash = new(at, false, IsGraceful: false);
    }

    /// <inheritdoc/>
    public bool IsOnlineAtStart(int node) => true;

    /// <inheritdoc/>
    public PresenceChange? Next(int node, VirtualTime after) => _crashing.Contains(node) && _crash.At > after ? _crash : null;
}
