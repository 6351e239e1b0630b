using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;

namespace ResearchKit.Learning;

/// <summary>
/// The steps of SGD, Adam and AdamW on parameters in this process's memory, as PyTorch takes them. TorchSharp's own optimisers hand numbers to libtorch in objects that nothing keeps
/// alive during the call: a garbage collection at the wrong moment frees one under it, and the step fails or takes a wrong number.
/// </summary>
internal sealed class HostOptimizer(OptimizerOptions options, IReadOnlyList<(string Name, Parameter Parameter)> parameters)
{
    private readonly float[]?[] _first = new float[parameters.Count][];
    private readonly float[]?[] _second = new float[parameters.Count][];
    private readonly int[] _steps = new int[parameters.Count];
    private readonly float[] _gradient = new float[parameters.Count == 0 ? 0 : parameters.Max(p => p.Parameter.numel())];

    /// <summary>Whether the steps can be taken here: all parameters are float32 on the CPU, side by side in memory.</summary>
    public static bool Fits(IReadOnlyList<(string Name, Parameter Parameter)> parameters) =>
        parameters.All(p =>
            p.Parameter.device_type == DeviceType.CPU && p.Parameter.dtype == torch.ScalarType.Float32 && p.Parameter.is_contiguous()
        );

    /// <summary>Takes a step; parameters without a gradient stay as they are.</summary>
    public void Step(double rate)
    {
        using var noGrad = torch.no_grad();
        for (var i = 0; i < parameters.Count; i++)
        {
            using var gradient = parameters[i].Parameter.grad;
            if (gradient is null)
            {
                continue;
            }
            using var contiguous = gradient.contiguous();
            var weights = MemoryMarshal.Cast<byte, float>(parameters[i].Parameter.bytes);
            var g = _gradient.AsSpan(0, weights.Length);
            MemoryMarshal.Cast<byte, float>(contiguous.bytes).CopyTo(g);
            _steps[i]++;
            if (options.WeightDecay != 0)
            {
                if (options.Kind == OptimizerKind.AdamW)
                {
                    TensorPrimitives.Multiply(weights, (float)(1 - rate * options.WeightDecay), weights);
                }
                else
                {
                    TensorPrimitives.MultiplyAdd(weights, (float)options.WeightDecay, g, g);
                }
            }
            if (options.Kind == OptimizerKind.Sgd)
            {
                Descend(i, weights, g, rate);
            }
            else
            {
                Adapt(i, weights, g, rate);
            }
        }
    }

    private void Descend(int index, Span<float> weights, Span<float> gradient, double rate)
    {
        if (options.Momentum != 0)
        {
            if (_first[index] is { } velocity)
            {
                TensorPrimitives.MultiplyAdd(velocity, (float)options.Momentum, gradient, velocity);
            }
            else
            {
                _first[index] = velocity = gradient.ToArray();
            }
            if (options.Nesterov)
            {
                TensorPrimitives.MultiplyAdd(velocity, (float)options.Momentum, gradient, gradient);
            }
            else
            {
                velocity.CopyTo(gradient);
            }
        }
        TensorPrimitives.MultiplyAdd(gradient, (float)-rate, weights, weights);
    }

    private void Adapt(int index, Span<float> weights, Span<float> gradient, double rate)
    {
        var first = _first[index] ??= new float[gradient.Length];
        var second = _second[index] ??= new float[gradient.Length];
        var (keep1, add1) = ((float)options.Beta1, (float)(1 - options.Beta1));
        var (keep2, add2) = ((float)options.Beta2, (float)(1 - options.Beta2));
        var step = (float)(rate / (1 - Math.Pow(options.Beta1, _steps[index])));
        var scale = (float)Math.Sqrt(1 - Math.Pow(options.Beta2, _steps[index]));
        var epsilon = (float)options.Epsilon;
        for (var i = 0; i < gradient.Length; i++)
        {
            var g = gradient[i];
            first[i] = keep1 * first[i] + add1 * g;
            second[i] = keep2 * second[i] + add2 * g * g;
            weights[i] -= step * first[i] / (MathF.Sqrt(second[i]) / scale + epsilon);
        }
    }
}
