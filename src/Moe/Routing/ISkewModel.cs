using ResearchKit.Numerics;

namespace ResearchKit.Moe;

/// <summary>
/// An artificial router with a stated skew. Three definitions of "skew" are in use and give different loads at the same number; a result names the one it stands on.
/// </summary>
public interface ISkewModel : INamed
{
    /// <summary>The definition in one line, with its numbers.</summary>
    string Definition { get; }

    /// <summary>The expert of each token of a rank.</summary>
    /// <param name="experts">E.</param>
    /// <param name="stream">Draws; not used by deterministic models.</param>
    /// <param name="routed">Takes an expert a token.</param>
    /// <exception cref="ArgumentException">The model has no meaning for so many experts.</exception>
    void Route(int experts, RandomStream stream, Span<int> routed);

    /// <summary>The tokens of each expert of a rank, where it does not matter which tokens they are.</summary>
    /// <param name="tokens">How many the rank has.</param>
    /// <param name="stream">Draws; not used by deterministic models.</param>
    /// <param name="counts">Takes a number an expert.</param>
    /// <exception cref="ArgumentException">The model has no meaning for so many experts.</exception>
    void Count(int tokens, RandomStream stream, Span<int> counts)
    {
        counts.Clear();
        int[] routed = new int[tokens];
        Route(counts.Length, stream, routed);
        foreach (int expert in routed)
        {
            counts[expert]++;
        }
    }
}
