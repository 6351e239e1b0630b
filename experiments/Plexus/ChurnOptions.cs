using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.Plexus;

/// <summary>The options of experiments with nodes that come and go.</summary>
public sealed record ChurnOptions : ExperimentOptions
{
    /// <summary>Nodes.</summary>
    [Range(20, 100_000)]
    [Description("nodes")]
    public int Nodes { get; init; } = 1000;

    /// <summary>Virtual seconds.</summary>
    [Range(60, 10_000_000)]
    [Description("virtual seconds of a run")]
    public double DurationS { get; init; } = 36_000;
}
