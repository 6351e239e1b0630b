using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Federated;

/// <summary>
/// Clients whose model is a torch module. Modules are made as threads need them, kept, and disposed with this; which of them does a piece of work decides nothing.
/// </summary>
public sealed class TorchClientModel : IClientModel, IDisposable
{
    private const int EvaluationBatch = 128;

    private readonly Func<torch.nn.Module<torch.Tensor, torch.Tensor>> _create;
    private readonly ConcurrentBag<torch.nn.Module<torch.Tensor, torch.Tensor>> _idle = [];
    private readonly ParameterVector _fresh;
    private readonly IReadOnlyList<long>? _inputShape;
    private readonly ImageTransforms? _transforms;

    /// <summary>Names the model.</summary>
    /// <param name="create">Makes a module, on the device it shall work on; its first values do not matter.</param>
    /// <param name="outputs">The logits of a row.</param>
    /// <param name="inputShape">The shape of a row as the module takes it; null: flat.</param>
    /// <param name="transforms">What is done to each image before it is learned from; null: nothing.</param>
    public TorchClientModel(
        Func<torch.nn.Module<torch.Tensor, torch.Tensor>> create,
        int outputs,
        IReadOnlyList<long>? inputShape = null,
        ImageTransforms? transforms = null
    )
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Torch.EnsureLoaded();
        (_create, Outputs, _inputShape, _transforms) = (create, outputs, inputShape, transforms);
        var module = create();
        Layout = ParameterLayout.Of(module, includeBuffers: true);
        _fresh = new ParameterVector(Layout);
        _fresh.CopyFrom(module);
        _idle.Add(module);
    }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public ParameterVector Initialize(RandomStream random) =>
        WithModule(module =>
        {
            Initializers.Initialize(module, random);
            var vector = new ParameterVector(Layout);
            vector.CopyFrom(module);
            // Buffers of a module that has been used are not those of a new one.
            _fresh.Values[Layout.ParameterLength..].CopyTo(vector.Values[Layout.ParameterLength..]);
            return vector;
        });

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">As the interface says; or the batches shall continue from round to round, which plain-code models do only.</exception>
    public LocalResult Train(LocalTask task, LocalTraining training, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(training);
        if (training.ContinuesBatches)
        {
            throw new ArgumentException("Batches that continue from round to round are for plain-code models only.", nameof(training));
        }
        return WithModule(module =>
        {
            task.Parameters.CopyTo(module);
            var length = 0.0;
            var (loss, rows) = (0.0, 0L);
            var options = new TrainingOptions
            {
                Optimizer = training.Optimizer,
                Schedule = training.Schedule,
                BatchSize = training.BatchSize,
                Epochs = training.Epochs,
                Steps = training.Steps,
                InputShape = _inputShape,
                Transforms = _transforms,
                GradientHook = task.Pull is { } pull
                    ? step =>
                    {
                        step.AddParameters(pull.Scale);
                        step.Add(1, pull.Offset);
                    }
                    : null,
                StepHook = step =>
                {
                    length += step.LearningRate;
                    loss += step.Loss * step.Count;
                    rows += step.Count;
                },
            };
            var result = new Trainer(options).Train(module, task.Data, task.Random, cancellationToken);
            task.Parameters.CopyFrom(module);
            return new LocalResult((int)result.Steps, length, loss / rows);
        });
    }

    /// <inheritdoc/>
    public void Logits(
        ParameterVector parameters,
        ILabeledBatchSource data,
        Span<float> logits,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(data);
        if (logits.Length != data.Count * Outputs)
        {
            throw new ArgumentException($"{data.Count} rows of {Outputs} logits do not fill {logits.Length} values.", nameof(logits));
        }
        var values = new float[logits.Length];
        WithModule(module =>
        {
            parameters.CopyTo(module);
            Logits(module, data, _inputShape, Outputs, values, cancellationToken);
            return 0;
        });
        values.CopyTo(logits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryTake(out var module))
        {
            module.Dispose();
        }
    }

    internal void LogitsOf(
        torch.nn.Module<torch.Tensor, torch.Tensor> module,
        ILabeledBatchSource data,
        float[] logits,
        CancellationToken cancellationToken
    ) => Logits(module, data, _inputShape, Outputs, logits, cancellationToken);

    internal T WithModule<T>(Func<torch.nn.Module<torch.Tensor, torch.Tensor>, T> use)
    {
        if (!_idle.TryTake(out var module))
        {
            module = _create();
        }
        try
        {
            return use(module);
        }
        finally
        {
            _idle.Add(module);
        }
    }

    internal static void Logits(
        torch.nn.Module<torch.Tensor, torch.Tensor> module,
        ILabeledBatchSource data,
        IReadOnlyList<long>? inputShape,
        int outputs,
        Span<float> logits,
        CancellationToken cancellationToken
    )
    {
        var device = module.parameters().FirstOrDefault()?.device ?? torch.CPU;
        var features = new float[EvaluationBatch * data.FeatureLength];
        var labels = new int[EvaluationBatch];
        var rows = new int[EvaluationBatch];
        var wasTraining = module.training;
        module.eval();
        try
        {
            for (var start = 0; start < data.Count; start += EvaluationBatch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var size = Math.Min(EvaluationBatch, data.Count - start);
                for (var i = 0; i < size; i++)
                {
                    rows[i] = start + i;
                }
                data.CopyBatch(rows.AsSpan(0, size), features.AsSpan(0, size * data.FeatureLength), labels.AsSpan(0, size));
                using var scope = torch.NewDisposeScope();
                using var noGrad = torch.no_grad();
                var host = torch.empty([size, .. inputShape ?? [data.FeatureLength]], torch.float32);
                features.AsSpan(0, size * data.FeatureLength).CopyTo(MemoryMarshal.Cast<byte, float>(host.bytes));
                var result = module.forward(host.to(device)).to(torch.float32).cpu().contiguous();
                if (result.numel() != (long)size * outputs)
                {
                    throw new ArgumentException($"The module gives {result.numel() / size} logits a row; {outputs} are expected.");
                }
                MemoryMarshal.Cast<byte, float>(result.bytes).CopyTo(logits[(start * outputs)..]);
            }
        }
        finally
        {
            module.train(wasTraining);
        }
    }
}
