namespace ResearchKit.Experiments;

/// <summary>
/// Marks an option that only shapes the grid (a list of seeds, which systems): it is left out of the cell key, so that growing the grid keeps what is measured.
/// A forgotten mark measures too much, never too little.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PlanOnlyAttribute : Attribute;
