using System.Buffers;
using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>
/// RAGRoute (arXiv:2502.19280): one small network, shared by all sources, gives each source a probability of being relevant; those above a threshold are asked.
/// </summary>
/// <remarks>
/// The first layer is linear in (query, centroid, source), so what does not depend on the query is summed once per source, scaler folded in; a query costs one product
/// an encoder. Equal to the plain network up to rounding. Safe for many threads.
/// </remarks>
public sealed unsafe class NeuralSourceRouter : ISourceRouter
{
    private readonly ParameterVector _parameters;
    private readonly VectorRows _queryWeights; // the query's columns of fc1, divided by the scaler's deviations
    private readonly VectorRows _second;
    private readonly float[][] _sourceTerms;
    private readonly (string Encoder, int Dimension, int[] Sources)[] _encoders;
    private readonly int _hidden1;
    private readonly int _hidden2;

    internal NeuralSourceRouter(
        IReadOnlyList<SourceProfile> sources,
        ParameterVector parameters,
        StandardScaler? scaler,
        double threshold,
        double temperature
    )
    {
        RouterFeatures.CheckSources(sources);
        (Sources, _parameters, Scaler, Threshold, Temperature) = (sources, parameters, scaler, threshold, temperature);
        _hidden1 = parameters.Slice("fc1.bias").Length;
        _hidden2 = parameters.Slice("fc2.bias").Length;
        int width = RouterFeatures.Width(sources);
        int inputs = RouterFeatures.Length(sources);
        if (parameters.Slice("fc1.weight").Length != _hidden1 * inputs || (scaler is not null && scaler.Mean.Count != inputs))
        {
            throw new ArgumentException($"The network does not take the {inputs} features of these sources.", nameof(parameters));
        }
        _queryWeights = new VectorRows(width);
        _second = new VectorRows(_hidden1);
        _sourceTerms = [.. sources.Select(_ => new float[_hidden1])];
        float[] row = new float[width];
        for (int unit = 0; unit < _hidden1; unit++)
        {
            ReadOnlySpan<float> weights = parameters.Slice("fc1.weight").Slice(unit * inputs, inputs);
            double shift = parameters.Slice("fc1.bias")[unit];
            for (int i = 0; i < inputs; i++)
            {
                shift -= scaler is null ? 0 : weights[i] * scaler.Mean[i] / scaler.Scale[i];
            }
            for (int i = 0; i < width; i++)
            {
                row[i] = (float)(weights[i] / (scaler?.Scale[i] ?? 1));
            }
            _queryWeights.Set(unit, row);
            for (int s = 0; s < sources.Count; s++)
            {
                ReadOnlySpan<float> centroid = sources[s].Centroid.Span;
                double sum = shift + (weights[(2 * width) + s] / (scaler?.Scale[(2 * width) + s] ?? 1));
                for (int i = 0; i < centroid.Length; i++)
                {
                    sum += weights[width + i] * (double)centroid[i] / (scaler?.Scale[width + i] ?? 1);
                }
                _sourceTerms[s][unit] = (float)sum;
            }
        }
        for (int unit = 0; unit < _hidden2; unit++)
        {
            _second.Set(unit, parameters.Slice("fc2.weight").Slice(unit * _hidden1, _hidden1));
        }
        _encoders =
        [
            .. sources
                .Select((s, i) => (s.Encoder, s.Dimension, i))
                .GroupBy(s => s.Encoder, StringComparer.Ordinal)
                .Select(g => (g.Key, g.First().Dimension, g.Select(s => s.i).ToArray())),
        ];
    }

    /// <inheritdoc/>
    public string Name => SourceRouters.RagRoute;

    /// <summary>The sources, in the order of the one-hot features.</summary>
    public IReadOnlyList<SourceProfile> Sources { get; }

    /// <summary>The probability above which a source is asked.</summary>
    public double Threshold { get; }

    /// <summary>What logits are divided by; 1 without calibration.</summary>
    public double Temperature { get; }

    /// <summary>Ask the most probable source where none is above the threshold. Default no, as in the paper: the model then answers alone. Recommended where an empty answer is worse than a poor one.</summary>
    public bool FallbackToBest { get; init; }

    internal StandardScaler? Scaler { get; }

    internal ParameterVector Parameters => _parameters;

    /// <summary>This router with another threshold.</summary>
    /// <param name="threshold">In [0, 1].</param>
    public NeuralSourceRouter WithThreshold(double threshold) =>
        threshold is >= 0 and <= 1
            ? new(Sources, _parameters, Scaler, threshold, Temperature) { FallbackToBest = FallbackToBest }
            : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A probability: in [0, 1].");

    /// <inheritdoc/>
    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        Span<double> probabilities = Sources.Count <= 256 ? stackalloc double[Sources.Count] : new double[Sources.Count];
        Score(query, probabilities);
        SourceScore[] scores = new SourceScore[Sources.Count];
        int best = 0;
        bool any = false;
        for (int i = 0; i < scores.Length; i++)
        {
            bool chosen = probabilities[i] > Threshold;
            scores[i] = new SourceScore(Sources[i].Name, probabilities[i], chosen);
            best = probabilities[i] > probabilities[best] ? i : best;
            any |= chosen;
        }
        if (!any && FallbackToBest)
        {
            scores[best] = scores[best] with { Chosen = true };
        }
        return ValueTask.FromResult(new RoutingDecision(scores));
    }

    /// <summary>The probability of every source; allocates nothing.</summary>
    /// <param name="query">The query.</param>
    /// <param name="probabilities">Takes one value a source.</param>
    /// <exception cref="ArgumentException">The span has another length, or the query lacks an encoder or has another dimension.</exception>
    public void Score(QueryEmbeddings query, Span<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (probabilities.Length != Sources.Count)
        {
            throw new ArgumentException($"{probabilities.Length} places for {Sources.Count} sources.", nameof(probabilities));
        }
        int rows = (Sources.Count + VectorKernel.Tile - 1) & -VectorKernel.Tile;
        int needed = _queryWeights.Stride + (rows * _second.Stride) + (2 * VectorKernel.Line);
        float[] memory = ArrayPool<float>.Shared.Rent(needed);
        fixed (float* start = memory)
        {
            float* padded = FlatProximityCache<int>.Align(start);
            float* first = padded + _queryWeights.Stride;
            new Span<float>(padded, needed - VectorKernel.Line).Clear();
            foreach ((string encoder, int dimension, int[] sources) in _encoders)
            {
                ReadOnlySpan<float> vector = query.Of(encoder).Span;
                VectorKernel.Check(vector, dimension, VectorMetric.Euclidean, nameof(query));
                FirstLayer(vector, padded, first, sources);
            }
            SecondLayer(first, probabilities);
        }
        ArrayPool<float>.Shared.Return(memory);
    }

    // The query's product once, then the sums of each source of this encoder.
    private void FirstLayer(ReadOnlySpan<float> vector, float* padded, float* first, int[] sources)
    {
        Span<float> query = new(padded, _queryWeights.Stride);
        vector.CopyTo(query);
        query[vector.Length..].Clear();
        Span<float> product = stackalloc float[_hidden1];
        for (int unit = 0; unit < _hidden1; unit++)
        {
            product[unit] = VectorKernel.Dot(padded, _queryWeights.Row(unit), _queryWeights.Stride);
        }
        foreach (int source in sources)
        {
            Span<float> row = new(first + source * _second.Stride, _hidden1);
            System.Numerics.Tensors.TensorPrimitives.Add<float>(product, _sourceTerms[source], row);
            RouterWeights.NormalizeAndActivate(row, _parameters.Slice("ln1.weight"), _parameters.Slice("ln1.bias"));
        }
    }

    private void SecondLayer(float* first, Span<double> probabilities)
    {
        const int Tile = VectorKernel.Tile;
        ReadOnlySpan<float> bias = _parameters.Slice("fc2.bias");
        float* products = stackalloc float[Tile * Tile];
        Span<float> hidden = stackalloc float[Tile * _hidden2];
        for (int source = 0; source < probabilities.Length; source += Tile)
        {
            int count = Math.Min(Tile, probabilities.Length - source);
            for (int unit = 0; unit < _hidden2; unit += Tile)
            {
                VectorKernel.DotTile(first + source * _second.Stride, _second.Row(unit), _second.Stride, products);
                for (int s = 0; s < count; s++)
                {
                    for (int u = 0; u < Tile && unit + u < _hidden2; u++)
                    {
                        hidden[(s * _hidden2) + unit + u] = products[(Tile * s) + u] + bias[unit + u];
                    }
                }
            }
            for (int s = 0; s < count; s++)
            {
                Span<float> row = hidden.Slice(s * _hidden2, _hidden2);
                RouterWeights.NormalizeAndActivate(row, _parameters.Slice("ln2.weight"), _parameters.Slice("ln2.bias"));
                double logit =
                    System.Numerics.Tensors.TensorPrimitives.Dot<float>(row, _parameters.Slice("fc3.weight"))
                    + _parameters.Slice("fc3.bias")[0];
                probabilities[source + s] = 1 / (1 + Math.Exp(-logit / Temperature));
            }
        }
    }
}
