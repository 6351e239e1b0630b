namespace ResearchKit.Moe;

/// <summary>How the weights of an expert come to a rank that does not hold it.</summary>
public enum ExpertTransfer
{
    /// <summary>Never: tokens go only where their expert is.</summary>
    None,

    /// <summary>From the rank's own host memory.</summary>
    FromHost,

    /// <summary>From the rank that holds it, to all ranks (shadowing).</summary>
    Broadcast,
}
