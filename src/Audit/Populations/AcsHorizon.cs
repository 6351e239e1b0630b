namespace ResearchKit.Audit;

/// <summary>The years of answers that a person file holds.</summary>
public enum AcsHorizon
{
    /// <summary>One year.</summary>
    OneYear,

    /// <summary>Five years.</summary>
    FiveYear,
}
