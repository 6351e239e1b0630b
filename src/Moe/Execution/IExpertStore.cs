using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>Where the weights of all experts of a layer are kept: host memory, a file, a service.</summary>
public interface IExpertStore
{
    /// <summary>E.</summary>
    int Experts { get; }

    /// <summary>The shape of each expert.</summary>
    ExpertShape Shape { get; }

    /// <summary>float32 or float64.</summary>
    torch.ScalarType Type { get; }

    /// <summary>Copies an expert's weights. Called by several ranks at once, from threads of their own.</summary>
    /// <param name="expert">The expert.</param>
    /// <param name="into">Takes the numbers.</param>
    /// <param name="cancellationToken">Stops the copy; what it had written is then undefined.</param>
    void Load(int expert, ExpertWeights into, CancellationToken cancellationToken = default);
}
