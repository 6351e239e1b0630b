using ResearchKit.Numerics;

namespace ResearchKit.Moe;

/// <summary>What every skew model gives.</summary>
public static class SkewModels
{
    /// <summary>Counts of a layer: every rank routes its own tokens, with draws of its own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ranks">G.</param>
    /// <param name="experts">E.</param>
    /// <param name="tokensPerRank">T; not negative.</param>
    /// <param name="stream">Draws.</param>
    public static TokenCounts Counts(this ISkewModel model, int ranks, int experts, int tokensPerRank, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(tokensPerRank);
        TokenCounts counts = new(ranks, experts);
        for (int rank = 0; rank < ranks; rank++)
        {
            model.Count(tokensPerRank, stream, counts.Values.Slice(rank * experts, experts));
        }

        return counts;
    }

    internal static double Share(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A skew is in [0, 1].");

    internal static void RequireExperts(int experts, int hot)
    {
        if (experts <= hot)
        {
            throw new ArgumentException($"{hot} hot experts need more than {experts} experts.", nameof(experts));
        }
    }
}
