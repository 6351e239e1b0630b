using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>Changes a client's update before it is sent: makes it smaller, or hides what it was learned from. Filters work one after another.</summary>
public interface IUpdateFilter
{
    /// <summary>The name, for tables.</summary>
    string Name { get; }

    /// <summary>Changes an update.</summary>
    /// <param name="update">The update: the client's parameters minus the global ones, and how it is encoded.</param>
    /// <param name="random">A stream of this client, round and filter.</param>
    void Apply(UpdateBuffer update, RandomStream random);
}
