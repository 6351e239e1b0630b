using System.Runtime.InteropServices;
using ResearchKit.Data;
using TorchSharp;

namespace ResearchKit.Learning;

/// <summary>Loss, accuracy and counts per class. Ties go to the smallest class; sums are in double precision, so they do not depend on the batch size.</summary>
public static class Evaluation
{
    /// <summary>Evaluates a module that gives logits. It is put into evaluation mode, and back; no gradient is kept.</summary>
    /// <param name="model">Takes a batch, gives n x classes logits (or n x 1 for two classes).</param>
    /// <param name="data">The rows; at least one.</param>
    /// <param name="inputShape">The shape of one row as the module takes it, for example [1, 28, 28]; null: flat.</param>
    /// <param name="batchSize">Rows at once.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="ArgumentException">There is no row, the shape does not hold a row, or the module gives another number of logits.</exception>
    public static EvaluationResult Evaluate(
        torch.nn.Module<torch.Tensor, torch.Tensor> model,
        ILabeledBatchSource data,
        IReadOnlyList<long>? inputShape = null,
        int batchSize = 256,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var wasTraining = model.training;
        model.eval();
        try
        {
            using var batch = new TensorBatch(data, Math.Min(batchSize, Math.Max(1, data.Count)), inputShape, TensorBatch.DeviceOf(model));
            return Evaluate(data, batch.Capacity, (rows, labels, logits) => Logits(model, batch, rows, labels, logits), cancellationToken);
        }
        finally
        {
            model.train(wasTraining);
        }
    }

    /// <summary>Evaluates a plain network of given parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="data">The rows; at least one.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="ArgumentException">There is no row, or network, parameters and data do not fit together.</exception>
    public static EvaluationResult Evaluate(
        DenseNetwork network,
        ReadOnlyMemory<float> parameters,
        ILabeledBatchSource data,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        const int Batch = 256;
        var workspace = network.CreateWorkspace(Batch);
        var features = new float[Batch * data.FeatureLength];
        return Evaluate(
            data,
            Batch,
            (rows, labels, logits) =>
            {
                var inputs = features.AsSpan(0, rows.Length * data.FeatureLength);
                data.CopyBatch(rows, inputs, labels);
                var outputs = network.Forward(parameters.Span, inputs, rows.Length, workspace);
                CheckOutputs(outputs.Length / rows.Length, data.ClassCount);
                outputs.CopyTo(logits);
                return outputs.Length / rows.Length;
            },
            cancellationToken
        );
    }

    private delegate int LogitsOfRows(ReadOnlySpan<int> rows, Span<int> labels, Span<float> logits);

    private static EvaluationResult Evaluate(
        ILabeledBatchSource data,
        int batchSize,
        LogitsOfRows logitsOf,
        CancellationToken cancellationToken
    )
    {
        if (data.Count == 0)
        {
            throw new ArgumentException("There is no row to evaluate on.", nameof(data));
        }
        var rows = new int[batchSize];
        var labels = new int[batchSize];
        var logits = new float[batchSize * Math.Max(2, data.ClassCount)];
        var correct = new int[data.ClassCount];
        var counts = new int[data.ClassCount];
        var loss = 0.0;
        for (var start = 0; start < data.Count; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(batchSize, data.Count - start);
            for (var i = 0; i < count; i++)
            {
                rows[i] = start + i;
            }
            var width = logitsOf(rows.AsSpan(0, count), labels.AsSpan(0, count), logits);
            for (var i = 0; i < count; i++)
            {
                var row = logits.AsSpan(i * width, width);
                loss += SoftmaxLoss.Loss(row, labels[i]);
                counts[labels[i]]++;
                correct[labels[i]] += SoftmaxLoss.Predict(row) == labels[i] ? 1 : 0;
            }
        }
        return new(loss / data.Count, correct, counts);
    }

    private static int Logits(
        torch.nn.Module<torch.Tensor, torch.Tensor> model,
        TensorBatch batch,
        ReadOnlySpan<int> rows,
        Span<int> labels,
        Span<float> logits
    )
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        batch.Load(rows, null, null);
        batch.LabelValues.CopyTo(labels);
        var outputs = model.forward(batch.Inputs);
        var width = outputs.numel() / rows.Length;
        CheckOutputs(width, batch.ClassCount);
        var host = outputs.to(torch.float32).cpu().contiguous();
        MemoryMarshal.Cast<byte, float>(host.bytes).CopyTo(logits);
        return (int)width;
    }

    private static void CheckOutputs(long width, int classes)
    {
        if (width != classes && !(width == 1 && classes == 2))
        {
            throw new ArgumentException($"The model gives {width} logits a row, and the data have {classes} classes.");
        }
    }
}
