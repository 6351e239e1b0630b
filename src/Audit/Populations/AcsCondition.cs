namespace ResearchKit.Audit;

/// <summary>A condition on a person.</summary>
/// <param name="person">The person.</param>
public delegate bool AcsCondition(AcsPerson person);
