using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>Sends only the largest values, with their places; the others are dropped (no error feedback: a client keeps nothing between rounds).</summary>
/// <param name="share">The share of values sent, above 0 up to 1.</param>
public sealed class TopKFilter(double share) : IUpdateFilter
{
    private readonly double _share = share is > 0 and <= 1
        ? share
        : throw new ArgumentOutOfRangeException(nameof(share), share, "Allowed is above 0 up to 1.");

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"top-{_share}");

    /// <inheritdoc/>
    public void Apply(UpdateBuffer update, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(update);
        var values = update.Values;
        var keep = Math.Max(1, (int)Math.Ceiling(_share * values.Length));
        var magnitudes = new float[values.Length];
        var places = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            (magnitudes[i], places[i]) = (-MathF.Abs(values[i]), i);
        }
        // Equal magnitudes: the smaller place is kept. A sort by (magnitude, place) does not depend on the sorting algorithm.
        Array.Sort(places, (a, b) => magnitudes[a] != magnitudes[b] ? magnitudes[a].CompareTo(magnitudes[b]) : a.CompareTo(b));
        foreach (var place in places.AsSpan(Math.Min(keep, places.Length)))
        {
            values[place] = 0;
        }
        update.IsSparse = true;
    }
}
