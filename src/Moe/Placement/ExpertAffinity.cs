namespace ResearchKit.Moe;

/// <summary>A[l, e, e']: the tokens that expert e computes in layer l and expert e' in layer l + 1.</summary>
public sealed class ExpertAffinity
{
    private readonly long[] _tokens;

    private ExpertAffinity(int experts, int layers)
    {
        (Experts, Layers) = (experts, layers);
        _tokens = new long[checked((layers - 1) * experts * experts)];
    }

    /// <summary>E, the number of experts.</summary>
    public int Experts { get; }

    /// <summary>The number of layers.</summary>
    public int Layers { get; }

    /// <summary>The tokens that pass from one expert to another.</summary>
    /// <param name="layer">The layer of the first; from 0 to the last but one.</param>
    /// <param name="expert">The first.</param>
    /// <param name="next">The expert in the next layer.</param>
    public long this[int layer, int expert, int next] => _tokens[(((layer * Experts) + expert) * Experts) + next];

    /// <summary>Counts the affinity along the paths of tokens.</summary>
    /// <param name="experts">E.</param>
    /// <param name="layers">The length of a path; at least 2.</param>
    /// <param name="paths">Tokens x layers: the expert of each token in each layer, of real tokens (from histograms of layers no affinity can be had).</param>
    /// <exception cref="ArgumentException">The length is no multiple of the layers, or an expert is unknown.</exception>
    public static ExpertAffinity OfPaths(int experts, int layers, ReadOnlySpan<int> paths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 2);
        if (paths.Length % layers != 0)
        {
            throw new ArgumentException($"{paths.Length} values are no whole number of paths through {layers} layers.", nameof(paths));
        }

        ExpertAffinity affinity = new(experts, layers);
        for (int i = 0; i < paths.Length; i++)
        {
            if ((uint)paths[i] >= (uint)experts)
            {
                throw new ArgumentException(
                    $"Token {i / layers} goes to expert {paths[i]} in layer {i % layers}; there are experts 0 to {experts - 1}.",
                    nameof(paths)
                );
            }

            if (i % layers > 0)
            {
                affinity._tokens[((((i % layers) - 1) * experts) + paths[i - 1]) * experts + paths[i]]++;
            }
        }

        return affinity;
    }

    /// <summary>The share of tokens that change the rank between consecutive layers.</summary>
    /// <param name="placements">One placement a layer, without replicas.</param>
    /// <returns>0 to 1; 0 without tokens.</returns>
    /// <exception cref="ArgumentException">The number of placements is not that of the layers.</exception>
    public double ChangedShare(IReadOnlyList<ExpertPlacement> placements)
    {
        ArgumentNullException.ThrowIfNull(placements);
        if (placements.Count != Layers)
        {
            throw new ArgumentException($"There are {Layers} layers, not {placements.Count} placements.", nameof(placements));
        }

        long changed = 0;
        long all = 0;
        for (int layer = 0; layer + 1 < Layers; layer++)
        {
            for (int expert = 0; expert < Experts; expert++)
            {
                for (int next = 0; next < Experts; next++)
                {
                    long tokens = this[layer, expert, next];
                    all += tokens;
                    changed += placements[layer].RanksOf(expert)[0] == placements[layer + 1].RanksOf(next)[0] ? 0 : tokens;
                }
            }
        }

        return all == 0 ? 0 : (double)changed / all;
    }
}
