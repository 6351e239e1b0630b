namespace ResearchKit.Audit;

/// <summary>Which attribute makes the protected group of an ACS task.</summary>
public enum ProtectedAttribute
{
    /// <summary>RAC1P: group 1 is whoever is not white alone.</summary>
    Race,

    /// <summary>SEX: group 1 is women.</summary>
    Sex,
}
