using ResearchKit.Numerics;

namespace ResearchKit.Moe;

/// <summary>
/// HarMoEny's skewed corpus: token ids are drawn uniformly from a vocabulary to which copies of token 0 are added, so that token 0 has about X per cent. The router then sends it always to the same expert.
/// </summary>
public sealed class DatasetSkew
{
    private readonly int _vocabulary;

    /// <summary>A corpus.</summary>
    /// <param name="perCent">X, in [0, 100).</param>
    /// <param name="vocabulary">V; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public DatasetSkew(double perCent, int vocabulary)
    {
        if (perCent is not (>= 0 and < 100))
        {
            throw new ArgumentOutOfRangeException(nameof(perCent), perCent, "The share of token 0 is in [0, 100) per cent.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        _vocabulary = vocabulary;
        Copies = checked((int)Math.Max(0, Math.Truncate(((perCent * vocabulary) - 100) / (100 - perCent))));
    }

    /// <summary>The copies of token 0 that are added.</summary>
    public int Copies { get; }

    /// <summary>Draws token ids.</summary>
    /// <param name="stream">Draws.</param>
    /// <param name="tokens">Takes the ids, 0 to V - 1.</param>
    public void Draw(RandomStream stream, Span<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(stream);
        foreach (ref int token in tokens)
        {
            int drawn = stream.NextInt(_vocabulary + Copies);
            token = drawn < _vocabulary ? drawn : 0;
        }
    }
}
