namespace ResearchKit.Rag;

/// <summary>How the vectors of a text's tokens become one.</summary>
public enum SentencePooling
{
    /// <summary>Their mean, over real tokens: most sentence encoders.</summary>
    Mean,

    /// <summary>The first token's: encoders trained on it, such as DPR and MedCPT.</summary>
    FirstToken,
}
