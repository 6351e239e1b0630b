using ResearchKit.Storage;

namespace ResearchKit.Merge;

/// <summary>How checkpoints are merged into a folder.</summary>
public sealed record StreamingMergeOptions
{
    /// <summary>The size, in models; default 1.</summary>
    public double Size { get; init; } = 1;

    /// <summary>The order of merging.</summary>
    public FlexMergeOptions Plan { get; init; } = new();

    /// <summary>The most memory for vectors; checked before anything long starts. Default 2 GiB.</summary>
    public ByteSize Memory { get; init; } = new(2L << 30);

    /// <summary>Whether tensors that cannot be merged may differ between models; then the base's are taken.</summary>
    public bool TakeBaseIntegers { get; init; }

    /// <summary>Whether the SHA-256 of every input is computed, for the provenance and so that a resumed merge sees a changed content. Default true.</summary>
    public bool HashInputs { get; init; } = true;
}

/// <summary>How far a merge is.</summary>
/// <param name="Phase">What is done: comparing, merging.</param>
/// <param name="Done">Elements done.</param>
/// <param name="Total">Elements in all.</param>
public readonly record struct MergeProgress(string Phase, long Done, long Total);
