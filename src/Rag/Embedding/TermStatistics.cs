using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Rag;

/// <summary>How many texts of a corpus hold each word: what the inverse document frequency of <see cref="HashedTfIdfEmbedder"/> is made of.</summary>
public sealed class TermStatistics
{
    private readonly Dictionary<string, int> _frequencies;

    private TermStatistics(int texts, Dictionary<string, int> frequencies) => (Texts, _frequencies) = (texts, frequencies);

    /// <summary>The number of texts.</summary>
    public int Texts { get; }

    /// <summary>For each word the number of texts that hold it.</summary>
    public IReadOnlyDictionary<string, int> Frequencies => _frequencies;

    /// <summary>Counts a corpus. The order of the texts does not matter.</summary>
    /// <param name="texts">The texts; at least one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public static TermStatistics Of(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Dictionary<string, Count> counts = new(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> word = stackalloc char[256];
        int total = 0;
        foreach (string text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total++;
            Tokens tokens = new(text);
            while (tokens.Next())
            {
                Span<char> lower = tokens.Length <= word.Length ? word[..tokens.Length] : new char[tokens.Length];
                for (int i = 0; i < lower.Length; i++)
                {
                    lower[i] = Tokens.Lower(text[tokens.Start + i]);
                }
                if (!lookup.TryGetValue(lower, out Count? count))
                {
                    lookup[lower] = count = new Count();
                }
                count.Texts += count.LastText == total ? 0 : 1;
                count.LastText = total;
            }
        }
        return total == 0
            ? throw new ArgumentException("There is no text to count words in.", nameof(texts))
            : new TermStatistics(total, counts.ToDictionary(p => p.Key, p => p.Value.Texts, StringComparer.Ordinal));
    }

    /// <summary>ln((1 + N) / (1 + df)) + 1: of a word in no text, the largest.</summary>
    /// <param name="frequency">df, the number of texts that hold the word.</param>
    public double InverseDocumentFrequency(int frequency) => Math.Log((1.0 + Texts) / (1.0 + frequency)) + 1;

    /// <summary>Writes the counts as one JSON document, words in ordinal order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels; a file that stood there stays.</param>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) =>
        AtomicFile.WriteAsync(
            path,
            async (stream, token) =>
            {
                await using Utf8JsonWriter json = new(stream);
                json.WriteStartObject();
                json.WriteNumber("texts", Texts);
                json.WriteStartObject("frequencies");
                foreach ((string word, int texts) in _frequencies.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    json.WriteNumber(word, texts);
                }
                json.WriteEndObject();
                json.WriteEndObject();
                await json.FlushAsync(token);
            },
            cancellationToken
        );

    /// <summary>Reads what <see cref="SaveAsync"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">It is no such document.</exception>
    public static async Task<TermStatistics> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        await using FileStream stream = File.OpenRead(path);
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            int texts = document.RootElement.GetProperty("texts").GetInt32();
            Dictionary<string, int> frequencies = document
                .RootElement.GetProperty("frequencies")
                .EnumerateObject()
                .ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal);
            return texts > 0 && frequencies.Values.All(f => f > 0 && f <= texts)
                ? new TermStatistics(texts, frequencies)
                : throw new MalformedFileException(path, $"frequencies from 1 to the number of texts, {texts}", "another");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new MalformedFileException(path, "term statistics", e.Message, innerException: e);
        }
    }

    private sealed class Count
    {
        public int Texts { get; set; }

        public int LastText { get; set; }
    }
}
