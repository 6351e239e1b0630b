using System.Text.Json;
using System.Text.Json.Serialization;
using ResearchKit.Storage;

namespace ResearchKit.Agents.Discovery;

/// <summary>Agents that were found, in a file: one JSON object a line, so that files of several crawls can be put together.</summary>
public static class CapabilityFile
{
    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="agents">The agents.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static Task WriteAsync(string path, IEnumerable<CrawledAgent> agents, CancellationToken cancellationToken = default) =>
        AtomicFile.WriteTextAsync(
            path,
            string.Concat(agents.Select(a => JsonSerializer.Serialize(a, CapabilityFileJson.Default.CrawledAgent) + "\n")),
            cancellationToken
        );

    /// <summary>Reads files into an index. Of an address that occurs twice the newer record is taken.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">A line is no such object.</exception>
    public static async Task<CapabilityIndex> ReadAsync(IEnumerable<string> paths, CancellationToken cancellationToken = default)
    {
        Dictionary<string, CrawledAgent> newest = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            long number = 0;
            await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
            {
                number++;
                if (line.Length == 0)
                {
                    continue;
                }
                CrawledAgent agent;
                try
                {
                    agent =
                        JsonSerializer.Deserialize(line, CapabilityFileJson.Default.CrawledAgent)
                        ?? throw new JsonException("The line is null.");
                }
                catch (JsonException e)
                {
                    throw new MalformedFileException(path, "an agent as agents crawl writes it", e.Message, number, 1, innerException: e);
                }
                if (!newest.TryGetValue(agent.Record.Url, out CrawledAgent? known) || known.Record.FetchedAt <= agent.Record.FetchedAt)
                {
                    newest[agent.Record.Url] = agent;
                }
            }
        }
        CapabilityIndexBuilder builder = new();
        foreach (CrawledAgent agent in newest.Values.OrderBy(a => a.Record.Url, StringComparer.Ordinal))
        {
            builder.Add(agent.Record, agent.Text);
        }
        return builder.Build();
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CrawledAgent))]
internal sealed partial class CapabilityFileJson : JsonSerializerContext;
