using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ResearchKit.Experiments;

/// <summary>The options every experiment has. An experiment derives a record from it; <c>--set Name=value</c> sets one property.</summary>
public record ExperimentOptions
{
    /// <summary>The seeds; each is a part of the plan, never of the work of one cell. Default 1, 2, 3.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("the seeds, for example 1..10")]
    public IReadOnlyList<int> Seeds { get; init; } = [1, 2, 3];
}
