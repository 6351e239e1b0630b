using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>The options of the experiments that draw accuracy over size.</summary>
public sealed record CurveOptions : ExperimentOptions
{
    /// <summary>The suites of tasks.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("the suites of tasks: generated, eight, eight-transformed, thirty")]
    public IReadOnlyList<string> Suites { get; init; } = ["generated"];

    /// <summary>The backbones.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("the backbones: mlp-small, mlp, vit-tiny, cnn")]
    public IReadOnlyList<string> Backbones { get; init; } = ["mlp-small"];

    /// <summary>The sizes, in models.</summary>
    [MinLength(1)]
    [Description("the sizes, in models; for mask algorithms those they can reach")]
    public IReadOnlyList<double> Sizes { get; init; } = [1, 1.5, 2, 2.25, 3, 4, 6, 8];

    /// <summary>Whether base and tasks are trained as long as the bands on real images were set for.</summary>
    [Description("train base and tasks as long as the bands on real images were set for, else briefly")]
    public bool LongTraining { get; init; }

    /// <summary>Random orders whose accuracies are averaged.</summary>
    [Range(1, 100)]
    [Description("random orders whose accuracies are averaged, where orders are compared")]
    public int RandomOrders { get; init; } = 3;

    internal TrainingBudget Budget => LongTraining ? TrainingBudget.Full : TrainingBudget.Quick;
}
