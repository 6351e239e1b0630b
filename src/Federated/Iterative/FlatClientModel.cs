using System.Globalization;
using System.Numerics.Tensors;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>Clients whose model is a <see cref="IFlatModel"/>: training and logits without a tensor library, and nothing allocated per step.</summary>
/// <param name="model">The model.</param>
public sealed class FlatClientModel(IFlatModel model) : IClientModel
{
    private const int EvaluationBatch = 256;

    /// <summary>The model.</summary>
    public IFlatModel Model => model;

    /// <inheritdoc/>
    public int Outputs => model.Outputs;

    /// <inheritdoc/>
    public ParameterLayout Layout => model.Layout;

    /// <inheritdoc/>
    public ParameterVector Initialize(RandomStream random) => model.Initialize(random);

    /// <inheritdoc/>
    public LocalResult Train(LocalTask task, LocalTraining training, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(training);
        CheckData(task.Data);
        var count = task.Data.Count;
        if (count == 0)
        {
            throw new ArgumentException("There is no row to learn from.", nameof(task));
        }
        var batch = Math.Min(training.BatchSize, count);
        var pass = model.CreatePass(batch);
        var optimizer = new FlatOptimizer(training.Optimizer, model.Layout.Length);
        var inputs = new float[batch * task.Data.FeatureLength];
        var labels = new int[batch];
        var gradient = new float[model.Layout.Length];
        var logitGradients = new float[batch * model.Outputs];
        var order = new int[count];
        var steps = training.StepsFor(count);
        var perEpoch = training.StepsPerEpoch(count);
        var (loss, rows, length, shuffled) = (0.0, 0L, 0.0, -1L);
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (epoch, inEpoch) = Math.DivRem(task.FirstStep + step, perEpoch);
            if (epoch != shuffled)
            {
                Order(order, batch, () => task.Random, epoch);
                shuffled = epoch;
            }
            var first = (int)inEpoch * batch;
            var size = Math.Min(batch, count - first);
            task.Data.CopyBatch(order.AsSpan(first, size), inputs.AsSpan(0, size * task.Data.FeatureLength), labels.AsSpan(0, size));
            loss += Gradient(
                pass,
                task.Parameters.Values,
                inputs.AsSpan(0, size * task.Data.FeatureLength),
                labels.AsSpan(0, size),
                1f / size,
                logitGradients,
                gradient
            );
            rows += size;
            if (task.Pull is { } pull)
            {
                TensorPrimitives.MultiplyAdd(task.Parameters.Values, (float)pull.Scale, gradient, gradient);
                TensorPrimitives.Add(gradient, pull.Offset.Values, gradient);
            }
            var rate = training.Schedule.At(new(step, step / perEpoch, perEpoch));
            optimizer.Step(task.Parameters.Values, gradient, rate);
            length += rate;
        }
        return new(steps, length, loss / rows);
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
        CheckData(data);
        if (logits.Length != data.Count * model.Outputs)
        {
            throw new ArgumentException($"{data.Count} rows of {model.Outputs} logits do not fill {logits.Length} values.", nameof(logits));
        }
        var pass = model.CreatePass(EvaluationBatch);
        var inputs = new float[EvaluationBatch * data.FeatureLength];
        var labels = new int[EvaluationBatch];
        var rows = new int[EvaluationBatch];
        for (var start = 0; start < data.Count; start += EvaluationBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var size = Math.Min(EvaluationBatch, data.Count - start);
            for (var i = 0; i < size; i++)
            {
                rows[i] = start + i;
            }
            var x = inputs.AsSpan(0, size * data.FeatureLength);
            data.CopyBatch(rows.AsSpan(0, size), x, labels.AsSpan(0, size));
            pass.Forward(parameters.Values, x, size).CopyTo(logits[(start * model.Outputs)..]);
        }
    }

    /// <summary>The summed loss of a batch, and the gradient of <c>weight x</c> it.</summary>
    internal double Gradient(
        FlatPass pass,
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<int> labels,
        float weight,
        float[] logitGradients,
        Span<float> gradient
    )
    {
        var outputs = model.Outputs;
        var logits = logitGradients.AsSpan(0, labels.Length * outputs);
        pass.Forward(parameters, inputs, labels.Length).CopyTo(logits);
        var loss = 0.0;
        for (var row = 0; row < labels.Length; row++)
        {
            var own = logits.Slice(row * outputs, outputs);
            loss += SoftmaxLoss.ToGradient(own, labels[row], weight);
        }
        pass.Backward(parameters, inputs, labels.Length, logits, gradient);
        return loss;
    }

    /// <summary>The order of an epoch: that of the rows where they are one batch, else shuffled by a stream named by the epoch.</summary>
    internal static void Order(Span<int> order, int batch, Func<RandomStream> random, long epoch)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }
        if (batch < order.Length)
        {
            // Named by the epoch, so that a training which goes on in the middle finds its place again.
            random().Split("epoch", epoch.ToString(CultureInfo.InvariantCulture)).Shuffle(order);
        }
    }

    private void CheckData(ILabeledBatchSource data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.FeatureLength != model.Inputs)
        {
            throw new ArgumentException($"The data have {data.FeatureLength} features, the model takes {model.Inputs}.", nameof(data));
        }
        if (data.ClassCount > Math.Max(2, model.Outputs))
        {
            throw new ArgumentException($"The data have {data.ClassCount} classes, the model {Math.Max(2, model.Outputs)}.", nameof(data));
        }
    }
}
