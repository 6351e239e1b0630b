using System.Runtime.InteropServices;
using ResearchKit.Numerics;
using TorchSharp;
using TorchSharp.Modules;

namespace ResearchKit.Learning;

/// <summary>The gradient of one step, to be changed before the optimiser takes it. Parameters without a gradient in this step stay so.</summary>
public sealed class GradientStep
{
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _parameters;

    internal GradientStep(IReadOnlyList<(string Name, Parameter Parameter)> parameters, ParameterLayout layout)
    {
        _parameters = parameters;
        Layout = layout;
    }

    /// <summary>The layout of the parameters, without buffers.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Which step it is.</summary>
    public TrainingPosition Position { get; internal set; }

    /// <summary>Its learning rate.</summary>
    public double LearningRate { get; internal set; }

    /// <summary>Adds <paramref name="factor"/> times a vector to the gradient.</summary>
    /// <exception cref="ArgumentException">The vector's layout is another.</exception>
    public void Add(double factor, ParameterVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        Layout.EnsureFits(vector.Layout, nameof(vector));
        using var noGrad = torch.no_grad();
        foreach (var (name, parameter) in _parameters)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }
            using (gradient)
            using (var host = torch.empty(parameter.shape, torch.float32))
            {
                MemoryMarshal.AsBytes(vector.Slice(name)).CopyTo(host.bytes);
                using var there = host.to(gradient.device);
                gradient.add_(there, factor);
            }
        }
    }

    /// <summary>Adds <paramref name="factor"/> times the parameters themselves to the gradient: with <see cref="Add"/> of a reference, the pull of FedProx.</summary>
    public void AddParameters(double factor)
    {
        using var noGrad = torch.no_grad();
        foreach (var (_, parameter) in _parameters)
        {
            using var gradient = parameter.grad;
            gradient?.add_(parameter, factor);
        }
    }
}
