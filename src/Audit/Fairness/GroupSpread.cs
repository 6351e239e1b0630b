namespace ResearchKit.Audit;

/// <summary>How far groups lie apart, and which groups that rests on.</summary>
/// <param name="Difference">Largest minus smallest value; NaN if no group has one.</param>
/// <param name="Ratio">Smallest over largest value; NaN if no group has one, or for 0/0.</param>
/// <param name="Lowest">The group with the smallest value, or null.</param>
/// <param name="Highest">The group with the largest value, or null.</param>
/// <param name="RestsOnSmallGroup">Whether one of both has too few rows to be ranked.</param>
public sealed record GroupSpread(double Difference, double Ratio, string? Lowest, string? Highest, bool RestsOnSmallGroup);
