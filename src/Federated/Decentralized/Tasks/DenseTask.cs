using System.Collections.Concurrent;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// A small perceptron on the rows of each node, in plain code: for thousands of nodes. Training as in the paper's runs: a new optimiser each time, batches drawn afresh for every step.
/// </summary>
public sealed class DenseTask : VectorTask
{
    private readonly DenseNetwork _network;
    private readonly IReadOnlyList<LabeledData> _clients;
    private readonly float[] _testRows;
    private readonly int[] _testLabels;
    private readonly ParameterVector _first;
    private readonly float _rate;
    private readonly float _momentum;
    private readonly int _batch;
    private readonly ConcurrentBag<Desk> _desks = [];

    private sealed class Desk(DenseWorkspace workspace, float[] gradient, float[] velocity, float[] rows, int[] labels)
    {
        public DenseWorkspace Workspace { get; } = workspace;
        public float[] Gradient { get; } = gradient;
        public float[] Velocity { get; } = velocity;
        public float[] Rows { get; } = rows;
        public int[] Labels { get; } = labels;
    }

    /// <summary>A task.</summary>
    /// <param name="network">The perceptron.</param>
    /// <param name="clients">The rows of each node; none may be without.</param>
    /// <param name="test">The rows that models are tested on.</param>
    /// <param name="random">Where the first model comes from.</param>
    /// <param name="learningRate">The step of the descent.</param>
    /// <param name="batchSize">B; a node with fewer rows takes all.</param>
    /// <param name="momentum">The momentum; its memory begins anew with each training.</param>
    public DenseTask(
        DenseNetwork network,
        IReadOnlyList<LabeledData> clients,
        LabeledData test,
        RandomStream random,
        double learningRate = 0.1,
        int batchSize = 20,
        double momentum = 0
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        for (int i = 0; i < clients.Count; i++)
        {
            if (clients[i].Count == 0)
            {
                throw new ArgumentException($"Node {i} has no rows to learn from.", nameof(clients));
            }
        }

        (_network, _clients, _batch) = (network, clients, batchSize);
        (_rate, _momentum) = ((float)learningRate, (float)momentum);
        _first = network.Initialize(random);
        _testRows = new float[test.Count * test.FeatureLength];
        _testLabels = new int[test.Count];
        test.CopyBatch([.. Enumerable.Range(0, test.Count)], _testRows, _testLabels);
    }

    /// <inheritdoc/>
    public override ParameterLayout Layout => _network.Layout;

    /// <inheritdoc/>
    public override object InitialModel => _first;

    /// <inheritdoc/>
    public override int Nodes => _clients.Count;

    /// <inheritdoc/>
    public override int RowsOf(int node) => _clients[node].Count;

    /// <inheritdoc/>
    public override object Train(int node, object model, int steps, RandomStream random, CancellationToken cancellationToken)
    {
        LabeledData data = _clients[node];
        ParameterVector trained = ((ParameterVector)model).Clone();
        Desk desk = TakeDesk();
        BatchOrder order = new(data.Count, _batch, random, BatchSampling.FreshDraw);
        Array.Clear(desk.Velocity);
        for (int step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<int> rows = order.Next();
            Span<float> features = desk.Rows.AsSpan(0, rows.Length * data.FeatureLength);
            Span<int> labels = desk.Labels.AsSpan(0, rows.Length);
            data.CopyBatch(rows, features, labels);
            _network.LossAndGradient(trained.Values, features, labels, desk.Gradient, desk.Workspace);
            Descend(trained.Values, desk.Gradient, desk.Velocity);
        }

        _desks.Add(desk);
        return trained;
    }

    /// <inheritdoc/>
    public override ModelQuality Evaluate(object model, CancellationToken cancellationToken)
    {
        ReadOnlySpan<float> parameters = ((ParameterVector)model).Values;
        Desk desk = TakeDesk();
        int width = _network.Sizes[0];
        int outputs = _network.Sizes[^1];
        (int right, double loss) = (0, 0);
        for (int start = 0; start < _testLabels.Length; start += _batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(_batch, _testLabels.Length - start);
            ReadOnlySpan<float> logits = _network.Forward(
                parameters,
                _testRows.AsSpan(start * width, count * width),
                count,
                desk.Workspace
            );
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<float> own = logits.Slice(row * outputs, outputs);
                right += SoftmaxLoss.Predict(own) == _testLabels[start + row] ? 1 : 0;
                loss += SoftmaxLoss.Loss(own, _testLabels[start + row]);
            }
        }

        _desks.Add(desk);
        return new((double)right / _testLabels.Length, loss / _testLabels.Length);
    }

    private void Descend(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> velocity)
    {
        if (_momentum == 0)
        {
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(gradient, -_rate, parameters, parameters);
            return;
        }

        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(velocity, _momentum, gradient, velocity);
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(velocity, -_rate, parameters, parameters);
    }

    private Desk TakeDesk() =>
        _desks.TryTake(out Desk? desk)
            ? desk
            : new(
                _network.CreateWorkspace(_batch),
                new float[_network.ParameterCount],
                new float[_network.ParameterCount],
                new float[_batch * _network.Sizes[0]],
                new int[_batch]
            );
}
