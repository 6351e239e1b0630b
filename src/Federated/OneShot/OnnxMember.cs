using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>
/// A member trained elsewhere and exported to ONNX: one float32 input whose first axis is the batch, one float32 output of logits. Runs on the CPU, one thread a member.
/// </summary>
public sealed class OnnxMember : IEnsembleMember, IDisposable
{
    private const int Batch = 256;

    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly int[] _shape;

    /// <summary>Opens a model.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="ResearchKitException">RK6105: it is no ONNX model, or its input or output is of another kind.</exception>
    public OnnxMember(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no model {path}.", path);
        }
        Name = Path.GetFileName(path);
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            _session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw NotUsable(path, e.Message, e);
        }
        var inputs = _session.InputMetadata;
        var output = _session.OutputMetadata.First();
        if (inputs.Count != 1 || inputs.First().Value.ElementType != typeof(float) || output.Value.ElementType != typeof(float))
        {
            _session.Dispose();
            throw NotUsable(path, $"it has {inputs.Count} inputs, and needs one of float32 with an output of float32", null);
        }
        (_input, _shape) = (inputs.First().Key, inputs.First().Value.Dimensions);
        if (_shape.Length == 0 || _shape.Skip(1).Any(axis => axis < 1))
        {
            _session.Dispose();
            throw NotUsable(path, $"its input has the shape ({string.Join(", ", _shape)}); only the first axis may be free", null);
        }
        Outputs = output.Value.Dimensions is [_, > 0 and var classes] ? classes : ProbedOutputs(path);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public int? Features => _shape.Skip(1).Aggregate(1, (product, axis) => product * axis);

    /// <inheritdoc/>
    public void Logits(LabeledData data, Span<float> logits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.FeatureLength != Features)
        {
            throw new ArgumentException($"The data have {data.FeatureLength} features, {Name} takes {Features}.", nameof(data));
        }
        var labels = new int[Batch];
        var step = _shape[0] > 0 ? _shape[0] : Batch;
        for (var start = 0; start < data.Count; start += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var size = Math.Min(step, data.Count - start);
            // A model exported with a fixed batch gets it filled with repeated rows.
            var rows = Enumerable.Range(0, _shape[0] > 0 ? step : size).Select(i => start + i % size).ToArray();
            var features = new float[rows.Length * data.FeatureLength];
            data.CopyBatch(rows, features, rows.Length <= labels.Length ? labels.AsSpan(0, rows.Length) : new int[rows.Length]);
            Run(features, rows.Length).AsSpan(0, size * Outputs).CopyTo(logits[(start * Outputs)..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private float[] Run(float[] features, int count)
    {
        var tensor = new DenseTensor<float>(features, [count, .. _shape.Skip(1)]);
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor(_input, tensor)]);
        return results[0].AsEnumerable<float>().ToArray();
    }

    private int ProbedOutputs(string path)
    {
        var count = Math.Max(1, _shape[0]);
        var values = Run(new float[count * Features!.Value], count);
        return values.Length > 0 && values.Length % count == 0
            ? values.Length / count
            : throw NotUsable(path, $"it gives {values.Length} values for {count} rows", null);
    }

    private static ResearchKitException NotUsable(string path, string reason, Exception? cause) =>
        new(
            FederatedErrors.ModelNotUsable,
            $"{path} cannot be used: {reason}.",
            "Export the model with one float32 input (batch first) and its logits as the first output.",
            cause
        );
}
