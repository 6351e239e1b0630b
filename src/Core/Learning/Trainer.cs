using ResearchKit.Data;
using ResearchKit.Numerics;
using TorchSharp;
using TorchSharp.Modules;

namespace ResearchKit.Learning;

/// <summary>
/// Trains a classifier. The order of batches and the transforms come from the stream given, nothing from torch's global generator (a model with dropout draws
/// from that one by itself: run it alone, or give it masks). Equal inputs give equal models at one thread within torch's operations.
/// </summary>
/// <param name="options">How.</param>
/// <exception cref="ArgumentException">A choice by validation is asked for without validation data.</exception>
public sealed class Trainer(TrainingOptions options)
{
    private readonly TrainingOptions _options =
        options.Choice == ModelChoice.Last || options.Validation is not null
            ? options
            : throw new ArgumentException($"{options.Choice} needs validation data; give TrainingOptions.Validation.", nameof(options));

    /// <summary>Trains a model in place. On cancellation it keeps the state after the last whole step.</summary>
    /// <param name="model">Takes a batch of <see cref="TrainingOptions.InputShape"/>, gives what the loss takes; on any device.</param>
    /// <param name="data">The rows to learn from.</param>
    /// <param name="random">Where the order of batches and the transforms come from.</param>
    /// <param name="cancellationToken">Cancels before each step.</param>
    /// <exception cref="ArgumentException">There is no row, or the shapes do not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainingResult Train(
        torch.nn.Module<torch.Tensor, torch.Tensor> model,
        ILabeledBatchSource data,
        RandomStream random,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(random);
        if (data.Count == 0)
        {
            throw new ArgumentException("There is no row to learn from.", nameof(data));
        }
        var order = new BatchOrder(data.Count, _options.BatchSize, random.Split("batches"), _options.Sampling, _options.DropLast);
        var run = new Run(_options, model, data, order, random.Split("transforms"));
        var wasTraining = model.training;
        try
        {
            return run.ToEnd(cancellationToken);
        }
        finally
        {
            model.train(wasTraining);
            run.Dispose();
        }
    }

    private sealed class Run : IDisposable
    {
        private readonly TrainingOptions _options;
        private readonly torch.nn.Module<torch.Tensor, torch.Tensor> _model;
        private readonly BatchOrder _order;
        private readonly RandomStream _random;
        private readonly List<(string Name, Parameter Parameter)> _parameters;
        private readonly GradientStep? _gradient;
        private readonly torch.optim.Optimizer _optimizer;
        private readonly HostOptimizer? _host;
        private readonly TensorBatch _batch;
        private readonly List<EvaluationResult> _validations = [];
        private ParameterVector? _chosen;
        private int _chosenEpoch;

        public Run(
            TrainingOptions options,
            torch.nn.Module<torch.Tensor, torch.Tensor> model,
            ILabeledBatchSource data,
            BatchOrder order,
            RandomStream random
        )
        {
            (_options, _model, _order, _random) = (options, model, order, random);
            _batch = new TensorBatch(
                data,
                order.BatchSize,
                options.InputShape,
                TensorBatch.DeviceOf(model),
                options.Transforms?.OutputLength(data.FeatureLength)
            );
            _parameters = [.. model.named_parameters()];
            _gradient = options.GradientHook is null ? null : new GradientStep(_parameters, ParameterLayout.Of(model));
            _host = HostOptimizer.Fits(_parameters) ? new HostOptimizer(options.Optimizer, _parameters) : null;
            _optimizer = options.Optimizer.Create(_parameters.Select(entry => entry.Parameter), options.Schedule.At(default));
        }

        public TrainingResult ToEnd(CancellationToken cancellationToken)
        {
            var steps = _options.Steps ?? (long)_options.Epochs * _order.StepsPerEpoch;
            var (loss, rows) = (0.0, 0L);
            for (var step = 0L; step < steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var inEpoch = step % _order.StepsPerEpoch;
                if (inEpoch == 0)
                {
                    (loss, rows) = (0, 0);
                    _model.train();
                }
                var done = Step(new(step, (int)(step / _order.StepsPerEpoch), _order.StepsPerEpoch));
                loss += done.Loss * done.Count;
                rows += done.Count;
                _options.StepHook?.Invoke(done);
                if (_options.Validation is { } validation && (inEpoch == _order.StepsPerEpoch - 1 || step == steps - 1))
                {
                    Validate(validation, cancellationToken);
                }
            }
            _chosen?.CopyTo(_model);
            var lastEpoch = (int)((steps - 1) / _order.StepsPerEpoch);
            return new(steps, loss / rows, _options.Choice == ModelChoice.Last ? lastEpoch : _chosenEpoch, _validations);
        }

        private TrainingStep Step(TrainingPosition position)
        {
            using var scope = torch.NewDisposeScope();
            _batch.Load(_order.Next(), _options.Transforms, _random);
            var rate = _options.Schedule.At(position);
            foreach (var group in _optimizer.ParamGroups)
            {
                group.LearningRate = rate;
            }
            _optimizer.zero_grad();
            var outputs = _model.forward(_batch.Inputs);
            var loss = _options.Loss?.Invoke(outputs, _batch.Targets) ?? torch.nn.functional.cross_entropy(outputs, _batch.Targets);
            loss.backward();
            if (_gradient is not null)
            {
                (_gradient.Position, _gradient.LearningRate) = (position, rate);
                _options.GradientHook!(_gradient);
            }
            if (_options.ClipNorm is { } limit)
            {
                torch.nn.utils.clip_grad_norm_(_parameters.Select(entry => entry.Parameter), limit);
            }
            if (_host is null)
            {
                _optimizer.step();
            }
            else
            {
                _host.Step(rate);
            }
            return new(position, rate, loss.to(torch.float64).item<double>(), _batch.LabelValues.Length);
        }

        private void Validate(ILabeledBatchSource data, CancellationToken cancellationToken)
        {
            var result = Evaluation.Evaluate(_model, data, _options.InputShape, cancellationToken: cancellationToken);
            var best = _chosen is null ? null : _validations[_chosenEpoch];
            _validations.Add(result);
            var isBetter = _options.Choice switch
            {
                ModelChoice.BestAccuracy => best is null || result.Accuracy > best.Accuracy,
                ModelChoice.BestLoss => best is null || result.Loss < best.Loss,
                _ => false,
            };
            if (isBetter)
            {
                _chosenEpoch = _validations.Count - 1;
                _chosen ??= new ParameterVector(ParameterLayout.Of(_model, includeBuffers: true));
                _chosen.CopyFrom(_model);
            }
        }

        public void Dispose()
        {
            _batch.Dispose();
            _optimizer.Dispose();
        }
    }
}
