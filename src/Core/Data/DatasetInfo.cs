using System.Text.Json.Serialization;

namespace ResearchKit.Data;

/// <summary>An entry of the data catalogue: facts about a data set, where it comes from, and what its files must be.</summary>
public sealed record DatasetInfo
{
    // A generated deserializer sets every init property, also those that the JSON does not have: hence the defaults in the getters.
    private static readonly Dictionary<string, long> NoSplits = [];

    /// <summary>The name: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The version or year, if the origin states one.</summary>
    public string? Version { get; init; }

    /// <summary>The licence: an SPDX name or the terms in a few words, or "not stated".</summary>
    public required string Licence { get; init; }

    /// <summary>The page with the terms.</summary>
    public string? LicencePage { get; init; }

    /// <summary>What to cite.</summary>
    public string? Citation { get; init; }

    /// <summary>The page or repository of the origin.</summary>
    public string? Homepage { get; init; }

    /// <summary>Folders under the root in which it may lie, in order of preference; by default its name. A download goes to the first.</summary>
    public IReadOnlyList<string> Folders
    {
        get => field ?? [];
        init;
    }

    /// <summary>Its files.</summary>
    public IReadOnlyList<DatasetFile> Files
    {
        get => field ?? [];
        init;
    }

    /// <summary>How to get it by hand, step by step, where a form or an account is needed or no address is known; else empty.</summary>
    public IReadOnlyList<string> ManualSteps
    {
        get => field ?? [];
        init;
    }

    /// <summary>The data set this is only a part of (or an altered copy); it never passes for the whole.</summary>
    public string? SubsetOf { get; init; }

    /// <summary>The format, as the loaders name it: idx, cifar, mat5, images, csv, jsonl, edges, npy, beir, ...</summary>
    public string? Loader { get; init; }

    /// <summary>The number of examples of each published split.</summary>
    public IReadOnlyDictionary<string, long> Splits
    {
        get => field ?? NoSplits;
        init;
    }

    /// <summary>What a user should know.</summary>
    public string? Notes { get; init; }

    /// <summary>
    /// For an entry that stands for many: the values of each <c>{parameter}</c> in its name, folders and files, each with what replaces it in an address.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Parameters { get; init; }

    /// <summary>Whether the user added the entry (or replaced one of the catalogue).</summary>
    [JsonIgnore]
    public bool IsUserEntry { get; init; }

    /// <summary>Whether it can only be got by hand.</summary>
    [JsonIgnore]
    public bool IsManual => ManualSteps.Count > 0;

    /// <summary>The size of all its files in bytes as they are downloaded; null if one is not established.</summary>
    [JsonIgnore]
    public long? Bytes => Files.Count == 0 || Files.Any(f => f.Bytes is null) ? null : Files.Sum(f => f.Bytes);

    /// <summary>Folders under the root in which it may lie, its name if none are given.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> FoldersOrName => Folders.Count > 0 ? Folders : [Name];
}
