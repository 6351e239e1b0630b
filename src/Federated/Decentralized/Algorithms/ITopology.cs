namespace ResearchKit.Federated.Decentralized;

/// <summary>To whom a node sends in a round.</summary>
public interface ITopology : INamed
{
    /// <summary>The receivers, in the order of sending.</summary>
    /// <param name="node">The sender.</param>
    /// <param name="round">The round, from 1.</param>
    IReadOnlyList<int> Receivers(int node, int round);
}
