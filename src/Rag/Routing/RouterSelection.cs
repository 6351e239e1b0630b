namespace ResearchKit.Rag;

/// <summary>By what the best epoch is chosen, on validation pairs at a threshold of one half; the first epoch wins ties.</summary>
public enum RouterSelection
{
    /// <summary>The share of right decisions.</summary>
    Accuracy,

    /// <summary>The harmonic mean of precision and recall.</summary>
    F1,
}
