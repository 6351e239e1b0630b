namespace ResearchKit.Watermark;

/// <summary>The codes of this module's <see cref="ResearchKitException"/>s.</summary>
public static class WatermarkErrors
{
    /// <summary>The mark would change more of the graph than allowed.</summary>
    public const string DistortionExceeded = "RK6501";

    /// <summary>The key was made for another graph, size or version.</summary>
    public const string KeyMismatch = "RK6502";

    /// <summary>The node ids of two graphs have too little in common.</summary>
    public const string IdMismatch = "RK6503";

    /// <summary>A dense transform needs more memory than allowed.</summary>
    public const string MemoryLimit = "RK6504";
}
