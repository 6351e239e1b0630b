namespace ResearchKit.Watermark;

/// <summary>How the nodes of a suspect graph were aligned with those of the original.</summary>
/// <param name="Common">Nodes whose id is in both graphs; only pairs of these are compared.</param>
/// <param name="OnlyInOriginal">Nodes of the original that the suspect lacks.</param>
/// <param name="OnlyInSuspect">Nodes of the suspect that the original lacks.</param>
public sealed record IdReport(int Common, int OnlyInOriginal, int OnlyInSuspect)
{
    /// <summary>Whether both graphs have exactly the same ids.</summary>
    public bool Complete => OnlyInOriginal == 0 && OnlyInSuspect == 0;
}
