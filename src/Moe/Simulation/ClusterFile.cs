using System.Text.Json;
using System.Text.Json.Serialization;
using ResearchKit.Storage;

namespace ResearchKit.Moe;

/// <summary>Clusters as JSON, written by calibration or by hand.</summary>
public static class ClusterFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Writes a cluster.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    public static Task SaveAsync(string path, ClusterSpec cluster, CancellationToken cancellationToken = default) =>
        AtomicFile.WriteTextAsync(path, JsonSerializer.Serialize(cluster, Format) + "\n", cancellationToken);

    /// <summary>Reads a cluster.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="MalformedFileException">The content is no cluster; the message says where and why.</exception>
    public static async Task<ClusterSpec> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        string text = await File.ReadAllTextAsync(path, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<ClusterSpec>(text, Format) ?? throw new JsonException("the file holds null");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            long? line = (e as JsonException)?.LineNumber + 1;
            throw new MalformedFileException(
                path,
                "a cluster as `moe calibrate` writes it",
                (e.InnerException ?? e).Message,
                line,
                innerException: e
            );
        }
    }
}
