namespace ResearchKit;

/// <summary>The torch that was loaded, as a manifest and <c>doctor</c> report it.</summary>
public sealed record TorchBackend
{
    /// <summary>Which way was taken.</summary>
    public required TorchWay Way { get; init; }

    /// <summary>TorchSharp's native library: the original, or the adapted copy.</summary>
    public required string LibraryPath { get; init; }

    /// <summary>Whether <see cref="LibraryPath"/> is a copy adapted to an older libstdc++.</summary>
    public required bool IsCxxRuntimeFixed { get; init; }

    /// <summary>The version of libtorch that TorchSharp was built for, for example <c>2.10.0</c>.</summary>
    public required string LibTorchVersion { get; init; }

    /// <summary>The folder of libtorch.</summary>
    public required string NativeFolder { get; init; }

    /// <summary>The threads inside one operation, when it was loaded.</summary>
    public required int IntraOpThreads { get; init; }

    /// <summary>Whether libtorch can use a CUDA device here.</summary>
    public required bool CudaAvailable { get; init; }
}
