using ResearchKit.Metrics;

namespace ResearchKit.Audit;

/// <summary>The widest difference of selection rates.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Lowest">The group with the lowest selection rate.</param>
/// <param name="Highest">The group with the highest.</param>
/// <param name="Difference">Highest minus lowest, with Newcombe's interval.</param>
public sealed record WidestDifference(string Attribute, string Lowest, string Highest, Estimate Difference);
