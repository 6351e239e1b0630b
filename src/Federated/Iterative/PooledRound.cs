using System.Globalization;
using System.Numerics.Tensors;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// A round in which every client takes one plain SGD step and the server needs the weighted mean alone, as in the second phase of FENS: the batches of all clients
/// are one batch, each row weighted by its client, so the gradient comes from a few large products instead of many small ones.
/// </summary>
internal sealed class PooledRound
{
    private const int Chunk = 512;

    private readonly FlatClientModel _model;
    private readonly IReadOnlyList<ILabeledBatchSource> _clients;
    private readonly FederatedOptions _options;
    private readonly RandomStream _random;
    private readonly FlatPass _pass;
    private readonly float[] _inputs;
    private readonly int[] _labels;
    private readonly double[] _rowWeights;
    private readonly float[] _logitGradients;
    private readonly float[] _gradient;
    private readonly double[] _sum;
    private readonly int[] _order;
    private int _filled;

    private PooledRound(FlatClientModel model, IReadOnlyList<ILabeledBatchSource> clients, FederatedOptions options, RandomStream random)
    {
        (_model, _clients, _options, _random) = (model, clients, options, random);
        _pass = model.Model.CreatePass(Chunk);
        _inputs = new float[Chunk * model.Model.Inputs];
        _labels = new int[Chunk];
        _rowWeights = new double[Chunk];
        _logitGradients = new float[Chunk * model.Outputs];
        _gradient = new float[model.Layout.Length];
        _sum = new double[model.Layout.Length];
        _order = new int[clients.Max(client => client.Count)];
    }

    /// <summary>Null where a round needs each client's own result.</summary>
    public static PooledRound? For(
        IClientModel model,
        IReadOnlyList<ILabeledBatchSource> clients,
        FederatedOptions options,
        RandomStream random
    ) =>
        model is FlatClientModel flat
        && options.Optimizer is { NeedsMeanOnly: true, Pulls: false }
        && options.Filters.Count == 0
        && options.Local is { Steps: 1, ContinuesBatches: false, Optimizer: { Kind: OptimizerKind.Sgd, WeightDecay: 0 } }
            ? new PooledRound(flat, clients, options, random)
            : null;

    public (ClientUpdate Update, double Loss) Run(
        ServerState state,
        ParameterVector parameters,
        List<int> clients,
        double[] weights,
        int round,
        CancellationToken cancellationToken
    )
    {
        _sum.AsSpan().Clear();
        _filled = 0;
        var loss = 0.0;
        for (var i = 0; i < clients.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var data = _clients[clients[i]];
            var batch = Math.Min(_options.Local.BatchSize, data.Count);
            var order = _order.AsSpan(0, data.Count);
            FlatClientModel.Order(order, batch, () => _random.Split("client", Text(clients[i]), "round", Text(round)), epoch: 0);
            for (var start = 0; start < batch; )
            {
                var size = Math.Min(batch - start, Chunk - _filled);
                data.CopyBatch(
                    order.Slice(start, size),
                    _inputs.AsSpan(_filled * data.FeatureLength, size * data.FeatureLength),
                    _labels.AsSpan(_filled, size)
                );
                _rowWeights.AsSpan(_filled, size).Fill(weights[i] / batch);
                _filled += size;
                start += size;
                if (_filled == Chunk)
                {
                    loss += Flush(parameters);
                }
            }
        }
        loss += Flush(parameters);
        var rate = _options.Local.Schedule.At(new(0, 0, 1));
        var after = new double[_sum.Length];
        TensorPrimitives.MultiplyAdd(_sum, -rate, state.Parameters, after);
        return (new ClientUpdate(clients[0], 1, after, 1, rate), loss);
    }

    private double Flush(ParameterVector parameters)
    {
        if (_filled == 0)
        {
            return 0;
        }
        var outputs = _model.Outputs;
        var inputs = _inputs.AsSpan(0, _filled * _model.Model.Inputs);
        var logits = _logitGradients.AsSpan(0, _filled * outputs);
        _pass.Forward(parameters.Values, inputs, _filled).CopyTo(logits);
        var loss = 0.0;
        for (var row = 0; row < _filled; row++)
        {
            var own = logits.Slice(row * outputs, outputs);
            loss += _rowWeights[row] * SoftmaxLoss.ToGradient(own, _labels[row], (float)_rowWeights[row]);
        }
        _pass.Backward(parameters.Values, inputs, _filled, logits, _gradient);
        for (var i = 0; i < _sum.Length; i++)
        {
            _sum[i] += _gradient[i];
        }
        _filled = 0;
        return loss;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
