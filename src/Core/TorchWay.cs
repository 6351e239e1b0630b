namespace ResearchKit;

/// <summary>How the native libraries of torch were loaded.</summary>
public enum TorchWay
{
    /// <summary>The application's own, unchanged.</summary>
    Stock,

    /// <summary>The application's own libtorch, and a copy of TorchSharp's library adapted to an older libstdc++.</summary>
    FixedCopy,

    /// <summary>The libtorch in the folder that <c>RESEARCHKIT_LIBTORCH</c> names.</summary>
    UserFolder,
}
