using ResearchKit.Metrics;

namespace ResearchKit.Audit;

/// <summary>A metric for one group.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Rows">The number of its rows, whatever their weights.</param>
/// <param name="Value">The value; NaN where it is not defined.</param>
/// <param name="Interval">Wilson's interval, for a share that is defined. With weights it is that of the effective number of rows (Kish), rounded.</param>
/// <param name="IsSmall">Whether the group has too few rows to be ranked: the interval says how little is known.</param>
public sealed record GroupValue(string Group, long Rows, double Value, Estimate? Interval, bool IsSmall);
