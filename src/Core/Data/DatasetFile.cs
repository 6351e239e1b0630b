using System.Text.Json.Serialization;

namespace ResearchKit.Data;

/// <summary>One file of a data set.</summary>
public sealed record DatasetFile
{
    /// <summary>Where it lies under the data set's folder, with forward slashes.</summary>
    public required string Path { get; init; }

    /// <summary>Where to download it from: the origin first, then mirrors. Empty if it can only be got by hand.</summary>
    public IReadOnlyList<string> Urls
    {
        get => field ?? [];
        init;
    }

    /// <summary>Its size in bytes; null if not established.</summary>
    public long? Bytes { get; init; }

    /// <summary>Its SHA-256, 64 lower-case hexadecimal digits; null if not established: then the first download's is recorded and holds from then on.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What happens after the download.</summary>
    public Unpacking Unpack { get; init; }

    /// <summary>The folder an archive is unpacked into, under the data set's folder; by default the archive's name without its extension.</summary>
    public string? Into { get; init; }

    /// <summary>The size of the unpacked content in bytes; unpacking stops beyond ten times this (or the download's size, if it is null).</summary>
    public long? UnpackedBytes { get; init; }

    /// <summary>Whether it is an archive that becomes a folder.</summary>
    [JsonIgnore]
    public bool IsArchive => Unpack is Unpacking.Zip or Unpacking.TarGzip or Unpacking.Tar;

    /// <summary>The folder an archive is unpacked into, under the data set's folder.</summary>
    [JsonIgnore]
    public string UnpackedFolder => Into ?? WithoutExtension(Path);

    private static string WithoutExtension(string path)
    {
        foreach (string extension in (ReadOnlySpan<string>)[".tar.gz", ".tgz", ".zip", ".tar"])
        {
            if (path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return path[..^extension.Length];
        }

        return path + ".unpacked";
    }
}
