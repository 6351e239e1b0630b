namespace ResearchKit.Audit;

/// <summary>Which group reject-option manipulation favours.</summary>
public enum FavouredGroup
{
    /// <summary>Group 1, whichever group the model disadvantages: as in the paper's experiments. The default.</summary>
    One,

    /// <summary>Group 0.</summary>
    Zero,

    /// <summary>The group with the lower honest selection rate; group 1 if both are equal.</summary>
    Disadvantaged,
}
