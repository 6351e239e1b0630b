using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Several owners of differently marked copies of one graph mix them, to hide whose copy leaked.</summary>
/// <param name="rule">How a pair on which the copies differ is decided; where all agree nothing is changed.</param>
public sealed class Collusion(CollusionRule rule)
{
    /// <summary>The attack's name in tables and figures.</summary>
    public string Name => $"collusion, {rule.ToString().ToLowerInvariant()}";

    /// <summary>Mixes copies.</summary>
    /// <param name="copies">At least one, all with the same nodes.</param>
    /// <param name="random">The colluders' numbers: choices, and tied votes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The mixed graph, and how it differs from the first copy.</returns>
    /// <exception cref="ArgumentException">There is no copy, or two have different numbers of nodes.</exception>
    public AttackResult Mix(IReadOnlyList<Graph> copies, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(copies);
        ArgumentNullException.ThrowIfNull(random);
        if (copies.Count == 0)
        {
            throw new ArgumentException("There is no copy to mix.", nameof(copies));
        }
        Graph first = copies[0];
        SortedDictionary<(int, int), bool[]> differing = [];
        for (int i = 1; i < copies.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (EdgeEdit edit in Graph.SymmetricDifference(first, copies[i]))
            {
                if (!differing.TryGetValue((edit.U, edit.V), out bool[]? present))
                {
                    differing[(edit.U, edit.V)] = present = new bool[copies.Count];
                    Array.Fill(present, edit.Kind == EditKind.Remove);
                }
                present[i] = edit.Kind == EditKind.Add;
            }
        }
        return AttackResult.Of(
            first,
            differing
                .Where(d => Decide(d.Value, random) != d.Value[0])
                .Select(d => new EdgeEdit(d.Key.Item1, d.Key.Item2, d.Value[0] ? EditKind.Remove : EditKind.Add))
        );
    }

    private bool Decide(bool[] present, RandomStream random)
    {
        int votes = 2 * present.Count(p => p);
        return rule switch
        {
            CollusionRule.Majority => votes == present.Length ? random.NextInt(2) == 1 : votes > present.Length,
            CollusionRule.Union => true,
            CollusionRule.Intersection => false,
            _ => present[random.NextInt(present.Length)],
        };
    }
}
