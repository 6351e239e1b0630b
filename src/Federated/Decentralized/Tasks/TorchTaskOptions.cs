using ResearchKit.Learning;
using static TorchSharp.torch;

namespace ResearchKit.Federated.Decentralized;

/// <summary>How nodes train a network of torch.</summary>
public sealed record TorchTaskOptions
{
    /// <summary>The learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The momentum.</summary>
    public double Momentum { get; init; }

    /// <summary>B; a node with fewer rows takes all.</summary>
    public int BatchSize { get; init; } = 20;

    /// <summary>The shape of a row as the network takes it.</summary>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>What is done to each image before it is learned from; null: nothing.</summary>
    public ImageTransforms? Transforms { get; init; }

    /// <summary>The loss of outputs and labels; null: cross-entropy of logits.</summary>
    public Func<Tensor, Tensor, Tensor>? Loss { get; init; }

    /// <summary>CIFAR-10 with <see cref="GnLeNet"/>.</summary>
    public static TorchTaskOptions Cifar { get; } =
        new()
        {
            LearningRate = 0.002,
            Momentum = 0.9,
            InputShape = [3, 32, 32],
            Loss = static (outputs, labels) => nn.functional.nll_loss(outputs, labels),
        };

    /// <summary>CelebA with <see cref="CelebaCnn"/>.</summary>
    public static TorchTaskOptions Celeba { get; } = new() { LearningRate = 0.001, InputShape = [3, 84, 84] };

    /// <summary>FEMNIST with <see cref="FemnistCnn"/>.</summary>
    public static TorchTaskOptions Femnist { get; } = new() { LearningRate = 0.004, InputShape = [1, 28, 28] };
}
