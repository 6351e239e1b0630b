using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ResearchKit.Data;

/// <summary>Reads and checks the entries of the catalogue: those embedded here, and those of the user, which replace embedded ones of the same name.</summary>
internal static partial class CatalogEntries
{
    private const string Prefix = "ResearchKit.Data.Catalog.";

    internal static SortedDictionary<string, DatasetInfo> Read(string userFolder)
    {
        var entries = new SortedDictionary<string, DatasetInfo>(StringComparer.Ordinal);
        Assembly assembly = typeof(CatalogEntries).Assembly;
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            DatasetInfo entry = Parse(stream, name);
            entries.Add(entry.Name, entry);
        }

        if (Directory.Exists(userFolder))
        {
            foreach (string path in Directory.EnumerateFiles(userFolder, "*.json").Order(StringComparer.Ordinal))
            {
                using FileStream stream = File.OpenRead(path);
                DatasetInfo entry = Parse(stream, path) with { IsUserEntry = true };
                entries[entry.Name] = entry;
            }
        }

        return entries;
    }

    internal static DatasetInfo Parse(Stream stream, string source)
    {
        try
        {
            DatasetInfo entry =
                JsonSerializer.Deserialize(stream, CatalogJson.Default.DatasetInfo) ?? throw new JsonException("The entry is null.");
            Check(entry, source);
            return entry;
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(
                source,
                $"an entry of the data catalogue ({e.Message})",
                "other JSON",
                e.LineNumber + 1,
                e.BytePositionInLine + 1,
                innerException: e
            );
        }
    }

    private static void Check(DatasetInfo entry, string source)
    {
        if (!NamePattern().IsMatch(entry.Name))
            throw new MalformedFileException(source, "a name of lower-case letters, digits and hyphens", entry.Name);
        foreach (string folder in entry.Folders)
            CheckPath(folder, source);
        if (entry.Files.Count == 0 && entry.ManualSteps.Count == 0)
            throw new MalformedFileException(source, "files, or the steps to get them by hand", "neither");
        foreach (DatasetFile file in entry.Files)
        {
            CheckPath(file.Path, source);
            if (file.Into is { } into)
                CheckPath(into, source);
            if (file.Sha256 is { } sum && !SumPattern().IsMatch(sum))
                throw new MalformedFileException(source, "a SHA-256 of 64 lower-case hexadecimal digits", sum);
            if (file.Bytes < 0 || file.UnpackedBytes < 0)
                throw new MalformedFileException(
                    source,
                    "a size of at least 0 bytes",
                    file.Bytes?.ToString(CultureInfo.InvariantCulture) ?? ""
                );
            if (file.Urls.Count == 0 && entry.ManualSteps.Count == 0)
                throw new MalformedFileException(source, $"an address of {file.Path}, or the steps to get it by hand", "neither");
            foreach (string url in file.Urls)
            {
                bool secure = url.StartsWith("https://", StringComparison.Ordinal);
                bool plain = url.StartsWith("http://", StringComparison.Ordinal);
                bool wellFormed = entry.Parameters is not null || Uri.IsWellFormedUriString(url, UriKind.Absolute);
                if (!wellFormed || (!secure && !plain))
                    throw new MalformedFileException(source, "an https address", url);
                if (plain && file.Sha256 is null)
                    throw new MalformedFileException(source, $"a checksum of {file.Path}, as its address is not https", url);
            }
        }
    }

    /// <summary>A path under the data set's folder: no way out of it.</summary>
    private static void CheckPath(string path, string source)
    {
        bool inside =
            path.Length > 0
            && !path.Contains('\\', StringComparison.Ordinal)
            && !path.Contains(':', StringComparison.Ordinal)
            && path.Split('/').All(static part => part is not ("" or "." or ".."));
        if (!inside)
            throw new MalformedFileException(source, "a relative path with forward slashes that stays in its folder", path);
    }

    [GeneratedRegex("^[a-z0-9{][a-z0-9{}-]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex SumPattern();
}
