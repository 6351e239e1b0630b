using ResearchKit.Numerics;

namespace ResearchKit.Moe;

/// <summary>
/// R3, deterministic (HarMoEny): k hot experts get equally many tokens, the others equally many, so that the Gini index of the counts is the skew (or, as published, more than that); what is left
/// over goes one each to experts 0, 1, 2, ... The first tokens go to expert 0, the next to expert 1, and so on; every rank has the same counts.
/// </summary>
public sealed class GiniSkew : ISkewModel
{
    private readonly double _skew;
    private readonly int _hot;
    private readonly GiniFormula _formula;

    /// <summary>A skew.</summary>
    /// <param name="skew">s, in [0, 1]; with <see cref="GiniFormula.Published"/> also in (1, 100], as per cent.</param>
    /// <param name="hot">k; at least 1.</param>
    /// <param name="formula">The formula; as published by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public GiniSkew(double skew, int hot = 1, GiniFormula formula = GiniFormula.Published)
    {
        bool isPerCent = formula == GiniFormula.Published && skew is > 1 and <= 100;
        _skew = SkewModels.Share(isPerCent ? skew / 100 : skew, nameof(skew));
        ArgumentOutOfRangeException.ThrowIfLessThan(hot, 1);
        (_hot, _formula) = (hot, formula);
    }

    /// <inheritdoc/>
    public string Name => _formula == GiniFormula.Published ? "gini" : "exact-gini";

    /// <inheritdoc/>
    public string Definition =>
        FormattableString.Invariant(
            $"R3 Gini ({(_formula == GiniFormula.Published ? "as published" : "exact")}): skew {_skew} with {_hot} hot experts, deterministic"
        );

    /// <summary>The skews of the random mode: Python's generator with the authors' seed, uniform in [0, 1).</summary>
    /// <param name="calls">How many.</param>
    /// <param name="seed">The seed; the authors' by default.</param>
    public static double[] RandomSkews(int calls, uint seed = 128)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(calls);
        PythonRandom random = new(seed);
        return [.. Enumerable.Range(0, calls).Select(_ => random.NextDouble())];
    }

    /// <summary>The tokens of each expert.</summary>
    /// <param name="tokens">T; not negative.</param>
    /// <param name="experts">E; more than twice the hot ones.</param>
    /// <exception cref="ArgumentException">There are too few experts: the formula would divide by zero or turn negative.</exception>
    public int[] Counts(int tokens, int experts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        if (experts <= 2 * _hot)
        {
            throw new ArgumentException($"{_hot} hot experts need more than {2 * _hot} experts, not {experts}.", nameof(experts));
        }

        double denominator = (double)_hot * (_formula == GiniFormula.Published ? experts - (2 * _hot) : experts);
        double asked = Math.Truncate(((experts * (double)tokens * _skew) + ((double)_hot * tokens)) / denominator);
        int hot = (int)Math.Min((double)tokens / _hot, asked);
        int cold = (tokens - (_hot * hot)) / (experts - _hot);
        int[] counts = new int[experts];
        for (int expert = 0; expert < experts; expert++)
        {
            counts[expert] = expert < _hot ? hot : cold;
        }

        int rest = tokens - (_hot * hot) - ((experts - _hot) * cold);
        for (int expert = 0; rest > 0; expert = (expert + 1) % experts, rest--)
        {
            counts[expert]++;
        }

        return counts;
    }

    /// <inheritdoc/>
    public void Route(int experts, RandomStream stream, Span<int> routed)
    {
        int next = 0;
        int[] counts = Counts(routed.Length, experts);
        for (int expert = 0; expert < experts; expert++)
        {
            routed.Slice(next, counts[expert]).Fill(expert);
            next += counts[expert];
        }
    }

    /// <inheritdoc/>
    public void Count(int tokens, RandomStream stream, Span<int> counts) => Counts(tokens, counts.Length).CopyTo(counts);
}
