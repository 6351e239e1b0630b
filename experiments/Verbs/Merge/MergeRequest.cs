using ResearchKit.Merge;

namespace ResearchKit.Papers.Verbs;

/// <summary>What to merge and how, as given on the command line.</summary>
internal sealed record MergeRequest
{
    /// <summary>The base's file or folder.</summary>
    public required string Base { get; init; }

    /// <summary>The tasks, each <c>name=path</c>.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>The algorithm's name.</summary>
    public string Algorithm { get; init; } = "average";

    /// <summary>Its constants.</summary>
    public MergeParameters Parameters { get; init; } = new();

    /// <summary>A known layout's name, a JSON file, or null to infer blocks from names.</summary>
    public string? Layout { get; init; }

    /// <summary>How finely blocks are inferred.</summary>
    public Granularity Granularity { get; init; } = Granularity.SubLayer;

    /// <summary>The slices of a tensor.</summary>
    public int Slices { get; init; } = 4;

    /// <summary>Patterns of tensors that each task keeps.</summary>
    public IReadOnlyList<string> Heads { get; init; } = [];

    /// <summary>Whether tensors in no block are kept per task.</summary>
    public bool KeepUnassigned { get; init; }

    /// <summary>Size, order, memory.</summary>
    public StreamingMergeOptions Options { get; init; } = new();
}
