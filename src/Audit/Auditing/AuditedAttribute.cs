namespace ResearchKit.Audit;

/// <summary>The table of one attribute.</summary>
/// <param name="Attribute">The attribute, or the attributes of an intersection.</param>
/// <param name="IsIntersection">Whether it is the intersection of all attributes. It is shown, and does not decide the verdict.</param>
/// <param name="Table">The groups.</param>
public sealed record AuditedAttribute(string Attribute, bool IsIntersection, GroupTable Table);
