using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.Plexus;

/// <summary>The options of the accuracy experiments.</summary>
public sealed record AccuracyOptions : ExperimentOptions
{
    /// <summary>Nodes.</summary>
    [Range(20, 100_000)]
    [Description("nodes")]
    public int Nodes { get; init; } = 1000;

    /// <summary>Virtual seconds.</summary>
    [Range(60, 10_000_000)]
    [Description("virtual seconds of a run")]
    public double DurationS { get; init; } = 6000;

    /// <summary>How often models of decentralised learning are tested.</summary>
    [Range(1, 100_000)]
    [Description("virtual seconds between tests of decentralised learning")]
    public double TestEveryS { get; init; } = 60;

    /// <summary>Rows models are tested on.</summary>
    [Range(10, 1_000_000)]
    [Description("rows that models are tested on")]
    public int TestRows { get; init; } = 3000;

    /// <summary>The share of nodes that are tested.</summary>
    [Range(0.001, 1)]
    [Description("share of the nodes whose models are tested")]
    public double TestedShare { get; init; } = 0.2;

    /// <summary>Algorithms to run.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("algorithms to run")]
    public IReadOnlyList<string> Algorithms { get; init; } = [];
}
