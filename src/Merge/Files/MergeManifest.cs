using System.Text.Json;
using System.Text.Json.Serialization;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>What a merged folder holds: written as <c>flexmerge.json</c>.</summary>
public sealed record MergeManifest
{
    /// <summary>The version of the format.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The file's name.</summary>
    public const string FileName = "flexmerge.json";

    internal static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>The version of the format.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The algorithm, with its constants.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The size asked for, in models.</summary>
    public required double RequestedSize { get; init; }

    /// <summary>The size, in models.</summary>
    public required double Size { get; init; }

    /// <summary>The size if the base is shipped anyway.</summary>
    public required double SizeBesideBase { get; init; }

    /// <summary>The bytes of all tensors: blocks, masks, scalars, heads.</summary>
    public required long Bytes { get; init; }

    /// <summary>The blocks, from the output to the input.</summary>
    public required IReadOnlyList<StoredBlockInfo> Blocks { get; init; }

    /// <summary>The rules of the size.</summary>
    public required SizeAccounting Accounting { get; init; }

    /// <summary>The types of the tensors of the blocks.</summary>
    public required IReadOnlyDictionary<string, ElementType> Types { get; init; }

    /// <summary>The shapes of the tensors of the blocks.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; init; }

    /// <summary>The plan's options.</summary>
    public required FlexMergeOptions Plan { get; init; }

    /// <summary>What was merged, the base first.</summary>
    public required IReadOnlyList<MergeInput> Inputs { get; init; }

    /// <summary>Remarks: tensors that were averaged, tasks whose vectors are zero.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A block of a merged folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">The file that holds it.</param>
/// <param name="Parts">Its tensors, or slices of tensors.</param>
/// <param name="Groups">The tasks that share a version, by group number.</param>
public sealed record StoredBlockInfo(string Name, string File, IReadOnlyList<BlockTensor> Parts, IReadOnlyList<StoredGroup> Groups);

/// <summary>A group of a block.</summary>
/// <param name="Tasks">The tasks.</param>
/// <param name="Form">How its version is stored.</param>
public sealed record StoredGroup(IReadOnlyList<int> Tasks, StoredForm Form);

/// <summary>How a group's version is stored.</summary>
public enum StoredForm
{
    /// <summary>Parameters, ready to use.</summary>
    Parameters,

    /// <summary>A unified vector; a task's parameters are the base's plus scalar times mask times it.</summary>
    Masked,
}

/// <summary>An input of a merge.</summary>
/// <param name="Name">The task's name, or <c>base</c>.</param>
/// <param name="Path">Where it was.</param>
/// <param name="Files">Its files.</param>
public sealed record MergeInput(string Name, string Path, IReadOnlyList<MergeInputFile> Files);

/// <summary>A file of an input.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The checksum of its content; null where it was not asked for.</param>
public sealed record MergeInputFile(string Name, long Bytes, string? Sha256);
