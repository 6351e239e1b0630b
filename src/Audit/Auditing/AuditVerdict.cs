namespace ResearchKit.Audit;

/// <summary>What an auditor concludes.</summary>
public enum AuditVerdict
{
    /// <summary>The answers are believed, and |demographic parity| is at most eps.</summary>
    Fair,

    /// <summary>The answers are believed, and unfair.</summary>
    Unfair,

    /// <summary>The answers err too often on the auditor's labels to be believed.</summary>
    Manipulated,
}
