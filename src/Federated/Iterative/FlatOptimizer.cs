using System.Numerics.Tensors;
using ResearchKit.Learning;

namespace ResearchKit.Federated;

/// <summary>SGD (with momentum, weight decay) and Adam on a flat vector, step for step as PyTorch's. Its memory is made once.</summary>
internal sealed class FlatOptimizer
{
    private readonly OptimizerOptions _options;
    private readonly float[] _first;
    private readonly float[] _second;
    private readonly float[] _scratch;
    private int _steps;

    public FlatOptimizer(OptimizerOptions options, int length)
    {
        _options = options.Kind is OptimizerKind.Sgd or OptimizerKind.Adam or OptimizerKind.AdamW
            ? options
            : throw new ArgumentException($"The optimiser {options.Kind} is not known; allowed are Sgd, Adam and AdamW.", nameof(options));
        if (options.Nesterov)
        {
            throw new ArgumentException("Nesterov momentum is for torch modules only; take plain momentum.", nameof(options));
        }
        var adam = options.Kind != OptimizerKind.Sgd;
        _first = new float[adam || options.Momentum > 0 ? length : 0];
        _second = new float[adam ? length : 0];
        _scratch = new float[adam ? length : 0];
    }

    public void Reset()
    {
        _steps = 0;
        _first.AsSpan().Clear();
        _second.AsSpan().Clear();
    }

    /// <summary>Takes one step; the gradient is used up.</summary>
    public void Step(Span<float> parameters, Span<float> gradient, double rate)
    {
        if (_options.Kind == OptimizerKind.Sgd)
        {
            DenseNetwork.SgdStep(parameters, gradient, rate, _first, _options.Momentum, _options.WeightDecay);
            return;
        }
        _steps++;
        if (_options.WeightDecay != 0)
        {
            if (_options.Kind == OptimizerKind.AdamW)
            {
                TensorPrimitives.Multiply(parameters, (float)(1 - rate * _options.WeightDecay), parameters);
            }
            else
            {
                TensorPrimitives.MultiplyAdd(parameters, (float)_options.WeightDecay, gradient, gradient);
            }
        }
        var (b1, b2) = ((float)_options.Beta1, (float)_options.Beta2);
        TensorPrimitives.Multiply(_first, b1, _first);
        TensorPrimitives.MultiplyAdd(gradient, 1 - b1, _first, _first);
        TensorPrimitives.Multiply(gradient, gradient, gradient);
        TensorPrimitives.Multiply(_second, b2, _second);
        TensorPrimitives.MultiplyAdd(gradient, 1 - b2, _second, _second);
        var correction = 1 - Math.Pow(_options.Beta1, _steps);
        var root = Math.Sqrt(1 - Math.Pow(_options.Beta2, _steps));
        Span<float> denominator = _scratch;
        TensorPrimitives.Sqrt(_second, denominator);
        TensorPrimitives.Divide(denominator, (float)root, denominator);
        TensorPrimitives.Add(denominator, (float)_options.Epsilon, denominator);
        TensorPrimitives.Divide(_first, denominator, denominator);
        TensorPrimitives.MultiplyAdd(denominator, (float)(-rate / correction), parameters, parameters);
    }
}
