using System.Collections.Concurrent;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using static TorchSharp.torch;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A network of torch on the rows of each node, on the CPU. Training as in the papers' runs: a new optimiser each time, so momentum begins anew; batches drawn afresh for every step.</summary>
public sealed class TorchTask : VectorTask, IDisposable
{
    private readonly Func<nn.Module<Tensor, Tensor>> _create;
    private readonly IReadOnlyList<LabeledData> _clients;
    private readonly LabeledData _test;
    private readonly TorchTaskOptions _options;
    private readonly ConcurrentBag<nn.Module<Tensor, Tensor>> _modules = [];
    private readonly ParameterVector _first;

    /// <summary>A task.</summary>
    /// <param name="create">Makes a network.</param>
    /// <param name="clients">The rows of each node; none may be without.</param>
    /// <param name="test">The rows that models are tested on.</param>
    /// <param name="random">Where the first model comes from.</param>
    /// <param name="options">How nodes train.</param>
    public TorchTask(
        Func<nn.Module<Tensor, Tensor>> create,
        IReadOnlyList<LabeledData> clients,
        LabeledData test,
        RandomStream random,
        TorchTaskOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(options);
        for (int i = 0; i < clients.Count; i++)
        {
            if (clients[i].Count == 0)
            {
                throw new ArgumentException($"Node {i} has no rows to learn from.", nameof(clients));
            }
        }

        Torch.EnsureLoaded();
        (_create, _clients, _test, _options) = (create, clients, test, options);
        nn.Module<Tensor, Tensor> module = create();
        Initializers.Initialize(module, random);
        Layout = ParameterLayout.Of(module);
        _first = new ParameterVector(Layout);
        _first.CopyFrom(module);
        _modules.Add(module);
    }

    /// <inheritdoc/>
    public override ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public override object InitialModel => _first;

    /// <inheritdoc/>
    public override int Nodes => _clients.Count;

    /// <inheritdoc/>
    public override int RowsOf(int node) => _clients[node].Count;

    /// <inheritdoc/>
    public override object Train(int node, object model, int steps, RandomStream random, CancellationToken cancellationToken)
    {
        using (Torch.PinThreads(1))
        {
            nn.Module<Tensor, Tensor> module = Take((ParameterVector)model);
            new Trainer(
                new TrainingOptions
                {
                    Optimizer = new() { Kind = OptimizerKind.Sgd, Momentum = _options.Momentum },
                    Schedule = LearningRateSchedule.Constant(_options.LearningRate),
                    Steps = steps,
                    BatchSize = _options.BatchSize,
                    Sampling = BatchSampling.FreshDraw,
                    InputShape = _options.InputShape,
                    Transforms = _options.Transforms,
                    Loss = _options.Loss,
                }
            ).Train(module, _clients[node], random, cancellationToken);
            ParameterVector trained = new(Layout);
            trained.CopyFrom(module);
            _modules.Add(module);
            return trained;
        }
    }

    /// <inheritdoc/>
    public override ModelQuality Evaluate(object model, CancellationToken cancellationToken)
    {
        using (Torch.PinThreads(1))
        {
            nn.Module<Tensor, Tensor> module = Take((ParameterVector)model);
            EvaluationResult result = Evaluation.Evaluate(module, _test, _options.InputShape, cancellationToken: cancellationToken);
            _modules.Add(module);
            return new(result.Accuracy, result.Loss);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_modules.TryTake(out nn.Module<Tensor, Tensor>? module))
        {
            module.Dispose();
        }
    }

    private nn.Module<Tensor, Tensor> Take(ParameterVector parameters)
    {
        nn.Module<Tensor, Tensor> module = _modules.TryTake(out nn.Module<Tensor, Tensor>? idle) ? idle : _create();
        parameters.CopyTo(module);
        return module;
    }
}
