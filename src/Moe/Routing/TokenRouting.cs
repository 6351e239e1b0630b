namespace ResearchKit.Moe;

/// <summary>Where the tokens of a rank go: k experts each, with the weights of their outputs. May be used again.</summary>
public sealed class TokenRouting
{
    private int[] _experts = [];
    private double[] _weights = [];

    /// <summary>The number of tokens.</summary>
    public int Tokens { get; private set; }

    /// <summary>k.</summary>
    public int TopK { get; private set; } = 1;

    /// <summary>Tokens x k: the experts.</summary>
    public Span<int> Experts => _experts.AsSpan(0, Tokens * TopK);

    /// <summary>Tokens x k: what the output of each is multiplied by.</summary>
    public Span<double> Weights => _weights.AsSpan(0, Tokens * TopK);

    /// <summary>Makes room; contents are undefined.</summary>
    /// <param name="tokens">The number of tokens; not negative.</param>
    /// <param name="topK">k; at least 1.</param>
    public void Resize(int tokens, int topK)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        int length = checked(tokens * topK);
        if (_experts.Length < length)
        {
            _experts = new int[length];
            _weights = new double[length];
        }

        (Tokens, TopK) = (tokens, topK);
    }

    /// <summary>Counts the tokens of each expert.</summary>
    /// <param name="counts">Takes E numbers.</param>
    /// <exception cref="ArgumentException">A token goes to an expert that does not exist.</exception>
    public void CountInto(Span<int> counts)
    {
        counts.Clear();
        ReadOnlySpan<int> experts = Experts;
        for (int i = 0; i < experts.Length; i++)
        {
            if ((uint)experts[i] >= (uint)counts.Length)
            {
                throw new ArgumentException(
                    $"Token {i / TopK} goes to expert {experts[i]}; there are experts 0 to {counts.Length - 1}.",
                    nameof(counts)
                );
            }

            counts[experts[i]]++;
        }
    }
}
