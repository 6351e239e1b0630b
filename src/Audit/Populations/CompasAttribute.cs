namespace ResearchKit.Audit;

/// <summary>The binary attributes of COMPAS that audits of one platform share (de Vos et al., ECAI 2024).</summary>
public enum CompasAttribute
{
    /// <summary>Race African-American.</summary>
    AfricanAmerican,

    /// <summary>Sex female.</summary>
    Female,

    /// <summary>Age below 25.</summary>
    BelowTwentyFive,

    /// <summary>The charge is a misdemeanour.</summary>
    Misdemeanor,

    /// <summary>At least one prior offence.</summary>
    Priors,
}
