using TorchSharp;
using TorchSharp.Modules;

namespace ResearchKit.Learning;

/// <summary>An optimiser and its constants; the learning rate comes from the schedule.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Which one.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Sgd;

    /// <summary>SGD's momentum, in [0, 1).</summary>
    public double Momentum
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw OutOfRange(nameof(Momentum), value, "from 0 to below 1");
    }

    /// <summary>Whether SGD's momentum is Nesterov's.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Adam's decay of the first moment, in [0, 1).</summary>
    public double Beta1
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw OutOfRange(nameof(Beta1), value, "from 0 to below 1");
    } = 0.9;

    /// <summary>Adam's decay of the second moment, in [0, 1).</summary>
    public double Beta2
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw OutOfRange(nameof(Beta2), value, "from 0 to below 1");
    } = 0.999;

    /// <summary>Adam's epsilon, positive.</summary>
    public double Epsilon
    {
        get;
        init => field = value is > 0 and < double.PositiveInfinity ? value : throw OutOfRange(nameof(Epsilon), value, "above 0");
    } = 1e-8;

    /// <summary>Weight decay, 0 or more.</summary>
    public double WeightDecay
    {
        get;
        init => field = value is >= 0 and < double.PositiveInfinity ? value : throw OutOfRange(nameof(WeightDecay), value, "0 or more");
    }

    internal torch.optim.Optimizer Create(IEnumerable<Parameter> parameters, double rate) =>
        Kind switch
        {
            OptimizerKind.Sgd => torch.optim.SGD(parameters, rate, Momentum, 0, WeightDecay, Nesterov),
            OptimizerKind.Adam => torch.optim.Adam(parameters, rate, Beta1, Beta2, Epsilon, WeightDecay),
            OptimizerKind.AdamW => torch.optim.AdamW(parameters, rate, Beta1, Beta2, Epsilon, WeightDecay),
            _ => throw OutOfRange(nameof(Kind), (double)Kind, "Sgd, Adam and AdamW"),
        };

    private static ArgumentOutOfRangeException OutOfRange(string name, double value, string allowed) =>
        new(name, value, $"{name} is {value}; allowed is {allowed}.");
}
