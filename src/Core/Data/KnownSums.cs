using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>The checksums recorded on first use, in one JSON file under the root.</summary>
internal sealed class KnownSums(string path)
{
    private static readonly SemaphoreSlim OneWriter = new(1, 1);

    internal static string KeyOf(DatasetInfo info, DatasetFile file) => $"{info.Name}/{file.Path}";

    internal async Task<KnownSum?> FindAsync(DatasetInfo info, DatasetFile file, CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken).ConfigureAwait(false)).GetValueOrDefault(KeyOf(info, file));

    internal async Task RecordAsync(DatasetInfo info, DatasetFile file, KnownSum sum, CancellationToken cancellationToken)
    {
        await OneWriter.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Dictionary<string, KnownSum> sums = await ReadAsync(cancellationToken).ConfigureAwait(false);
            sums[KeyOf(info, file)] = sum;
            var sorted = sums.OrderBy(static s => s.Key, StringComparer.Ordinal).ToDictionary(static s => s.Key, static s => s.Value);
            string text = JsonSerializer.Serialize(sorted, CatalogJson.Default.DictionaryStringKnownSum);
            await AtomicFile.WriteTextAsync(path, text, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            OneWriter.Release();
        }
    }

    private async Task<Dictionary<string, KnownSum>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            await using FileStream stream = File.OpenRead(path);
            return await JsonSerializer
                    .DeserializeAsync(stream, CatalogJson.Default.DictionaryStringKnownSum, cancellationToken)
                    .ConfigureAwait(false)
                ?? [];
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(
                path,
                "recorded checksums",
                e.Message,
                e.LineNumber + 1,
                e.BytePositionInLine + 1,
                innerException: e
            );
        }
    }
}
