using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Which experts the tokens of a mixture-of-experts model go to, layer by layer and batch by batch: in each layer the experts' popularity is log-normal, drawn once; a batch
/// changes its logarithm by a stationary first-order autoregression, and tokens choose independently in proportion to it.
/// </summary>
/// <remarks>
/// Like the routing measured in Switch Transformers (MoEShard's published counts: 128 experts, 30,000 tokens, coefficient of variation of an expert's tokens 1.3 to 2.9 by
/// layer, nearly the same in the most and the least even batch) it has: few hot and many cold experts, different ones in each layer, that stay hot over many batches and drift. It has not: dependence between tokens of a sequence or between the layers a token passes (a trace for
/// expert affinity needs measured data), a limit of capacity, or padding tokens.
/// </remarks>
public sealed class RoutingTrace
{
    private readonly RoutingTraceOptions _options;
    private readonly RandomStream _tokens;
    private readonly double[][] _cumulative; // batches x layers, each over experts

    /// <summary>Draws the popularities.</summary>
    /// <param name="stream">Draws; its split "tokens" gives the tokens' choices.</param>
    /// <param name="options">The world; the defaults if null.</param>
    /// <exception cref="ArgumentException">A token is to go to more experts than there are, or the trace does not fit in memory.</exception>
    public RoutingTrace(RandomStream stream, RoutingTraceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _options = options ?? new RoutingTraceOptions();
        if (_options.TopK > _options.Experts)
            throw new ArgumentException($"A token goes to {_options.TopK} different experts of {_options.Experts}.", nameof(options));
        long tables = (long)_options.Batches * _options.Layers;
        if (tables * _options.Experts > Array.MaxLength)
            throw new ArgumentException($"{tables} tables of {_options.Experts} experts are too many.", nameof(options));
        _tokens = stream.Split("tokens");
        _cumulative = new double[tables][];
        for (int layer = 0; layer < _options.Layers; layer++)
            DrawLayer(layer, stream.Split("layer", LabeledGenerator.Invariant(layer)));
    }

    /// <summary>The options.</summary>
    public RoutingTraceOptions Options => _options;

    /// <summary>The probability of each expert for one choice.</summary>
    /// <param name="batch">The batch, from 0.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch or layer.</exception>
    public double[] Popularity(int batch, int layer)
    {
        double[] sums = TableOf(batch, layer);
        var shares = new double[sums.Length];
        for (int expert = 0; expert < shares.Length; expert++)
            shares[expert] = WeightOf(sums, expert) / sums[^1];
        return shares;
    }

    /// <summary>The experts of each token of a batch in a layer; the same whenever asked.</summary>
    /// <param name="batch">The batch, from 0.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="experts">Takes tokens x TopK experts; those of a token differ.</param>
    /// <exception cref="ArgumentException">There is no such batch or layer, or the length is no multiple of TopK.</exception>
    public void Route(int batch, int layer, Span<int> experts)
    {
        int k = _options.TopK;
        if (experts.Length % k != 0)
            throw new ArgumentException($"Room for tokens x {k} experts is needed, not {experts.Length}.", nameof(experts));
        double[] sums = TableOf(batch, layer);
        RandomStream stream = _tokens.Split(LabeledGenerator.Invariant(batch), LabeledGenerator.Invariant(layer));
        for (int i = 0; i < experts.Length; i++)
            experts[i] = i % k == 0 ? Choose(sums, stream) : ChooseAmongOthers(sums, experts[(i - i % k)..i], stream);
    }

    /// <summary>How many tokens of a batch each expert of a layer gets.</summary>
    /// <param name="batch">The batch, from 0.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <exception cref="ArgumentException">There is no such batch or layer, or the number is negative or too large.</exception>
    public int[] Counts(int batch, int layer, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, Array.MaxLength / _options.TopK);
        var experts = new int[tokens * _options.TopK];
        Route(batch, layer, experts);
        var counts = new int[_options.Experts];
        foreach (int expert in experts)
            counts[expert]++;
        return counts;
    }

    private void DrawLayer(int layer, RandomStream stream)
    {
        int experts = _options.Experts;
        var lasting = new double[experts];
        var added = new double[experts];
        var fresh = new double[experts];
        stream.FillGaussian(lasting);
        stream.FillGaussian(added);
        double kept = _options.BatchCorrelation;
        double renewed = Math.Sqrt(1 - kept * kept);
        for (int batch = 0; batch < _options.Batches; batch++)
        {
            var sums = new double[experts];
            double sum = 0;
            for (int expert = 0; expert < experts; expert++)
                sums[expert] = sum += Math.Exp(_options.Skew * lasting[expert] + _options.BatchSpread * added[expert]);
            _cumulative[batch * _options.Layers + layer] = sums;
            stream.FillGaussian(fresh);
            for (int expert = 0; expert < experts; expert++)
                added[expert] = kept * added[expert] + renewed * fresh[expert];
        }
    }

    private double[] TableOf(int batch, int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, _options.Batches);
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, _options.Layers);
        return _cumulative[batch * _options.Layers + layer];
    }

    private static int Choose(double[] sums, RandomStream stream)
    {
        double target = stream.NextDouble() * sums[^1];
        var (low, high) = (0, sums.Length - 1);
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            (low, high) = target < sums[middle] ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>In proportion to popularity among the experts not yet chosen.</summary>
    private static int ChooseAmongOthers(double[] sums, ReadOnlySpan<int> chosen, RandomStream stream)
    {
        double total = 0;
        for (int expert = 0; expert < sums.Length; expert++)
            total += chosen.Contains(expert) ? 0 : WeightOf(sums, expert);
        double target = stream.NextDouble() * total;
        int last = -1;
        double sum = 0;
        for (int expert = 0; expert < sums.Length; expert++)
        {
            if (chosen.Contains(expert))
                continue;
            last = expert;
            sum += WeightOf(sums, expert);
            if (target < sum)
                break;
        }

        return last;
    }

    private static double WeightOf(double[] sums, int expert) => expert == 0 ? sums[0] : sums[expert] - sums[expert - 1];
}
