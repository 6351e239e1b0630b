namespace ResearchKit.Audit;

/// <summary>The binary attributes of German credit that audits of one platform share (de Vos et al., ECAI 2024).</summary>
public enum GermanAttribute
{
    /// <summary>Age above 25.</summary>
    Age,

    /// <summary>Sex: female is 0 (personal status A92 or A95), male 1.</summary>
    Sex,

    /// <summary>Marital status: single is 0 (personal status A93 or A95), all others 1.</summary>
    MaritalStatus,

    /// <summary>A telephone of one's own (A192).</summary>
    Telephone,

    /// <summary>Employed for four years or more (A74 or A75).</summary>
    Employment,
}
