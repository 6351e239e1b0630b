using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>What somebody may do to a marked graph before publishing it.</summary>
public interface IGraphAttack
{
    /// <summary>The attack's name in tables and figures.</summary>
    string Name { get; }

    /// <summary>Attacks a graph. The graph given is not changed.</summary>
    /// <param name="graph">The marked graph.</param>
    /// <param name="random">The attacker's random numbers.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default);
}
