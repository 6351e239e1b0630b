namespace ResearchKit.Watermark;

/// <summary>What an embedding did not achieve.</summary>
public enum EmbedWarning
{
    /// <summary>Nothing to report.</summary>
    None,

    /// <summary>The strength is too small to flip a single pair: the graph carries no mark.</summary>
    NoEffect,
}
