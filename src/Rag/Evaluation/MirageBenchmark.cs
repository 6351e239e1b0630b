using System.Text.Json;

namespace ResearchKit.Rag;

/// <summary>MIRAGE: medical questions of five data sets, and which of the corpora pubmed, statpearls, textbooks and wikipedia own one of the best 32 passages of each, as the authors of RAGRoute published it.</summary>
public sealed class MirageBenchmark
{
    private MirageBenchmark(IReadOnlyDictionary<string, IReadOnlyList<MultipleChoiceQuestion>> datasets) => Datasets = datasets;

    /// <summary>The corpora, in the order of the router's one-hot features.</summary>
    public static IReadOnlyList<string> Corpora { get; } = ["pubmed", "statpearls", "textbooks", "wikipedia"];

    /// <summary>For each data set its questions; ids are those of the benchmark.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<MultipleChoiceQuestion>> Datasets { get; }

    /// <summary>Reads benchmark.json: data set, id, then question, options (A, B, C, ...) and answer (a letter).</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">It is no such document.</exception>
    public static async Task<MirageBenchmark> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        using JsonDocument document = await ParseAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return new MirageBenchmark(
                document
                    .RootElement.EnumerateObject()
                    .ToDictionary(
                        d => d.Name,
                        d => (IReadOnlyList<MultipleChoiceQuestion>)[.. d.Value.EnumerateObject().Select(QuestionOf)],
                        StringComparer.Ordinal
                    )
            );
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException)
        {
            throw new MalformedFileException(path, "questions with question, options and answer", e.Message, innerException: e);
        }
    }

    /// <summary>Reads labels: question id, then the names of the relevant sources.</summary>
    /// <param name="path">The file.</param>
    /// <param name="questions">The questions that may be named.</param>
    /// <param name="sources">The sources that may be named.</param>
    /// <param name="lenient">Whether unknown questions and sources are left out instead of refused.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK6204: the file names unknown questions or sources; they are listed.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> LoadLabelsAsync(
        string path,
        IEnumerable<string> questions,
        IReadOnlyList<string> sources,
        bool lenient = false,
        CancellationToken cancellationToken = default
    )
    {
        HashSet<string> known = new(questions, StringComparer.Ordinal);
        using JsonDocument document = await ParseAsync(path, cancellationToken).ConfigureAwait(false);
        Dictionary<string, IReadOnlySet<string>> labels = new(StringComparer.Ordinal);
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        foreach (JsonProperty question in document.RootElement.EnumerateObject())
        {
            string[] named = [.. question.Value.EnumerateArray().Select(s => s.GetString() ?? "")];
            unknown.UnionWith(named.Except(sources).Select(s => $"source '{s}'"));
            if (!known.Contains(question.Name))
            {
                unknown.Add($"question '{question.Name}'");
                continue;
            }
            labels[question.Name] = new HashSet<string>(named.Intersect(sources), StringComparer.Ordinal);
        }
        return unknown.Count == 0 || lenient
            ? labels
            : throw new ResearchKitException(
                RagErrors.LabelsUnknown,
                $"{path} names {unknown.Count} unknown: {string.Join(", ", unknown.Take(10))}{(unknown.Count > 10 ? ", ..." : "")}.",
                "Correct the labels, or read them leniently to leave these out."
            );
    }

    private static MultipleChoiceQuestion QuestionOf(JsonProperty item)
    {
        string[] letters = [.. item.Value.GetProperty("options").EnumerateObject().Select(o => o.Name).Order(StringComparer.Ordinal)];
        return new MultipleChoiceQuestion(
            item.Name,
            item.Value.GetProperty("question").GetString()!,
            [.. letters.Select(l => item.Value.GetProperty("options").GetProperty(l).GetString()!)],
            Array.IndexOf(letters, item.Value.GetProperty("answer").GetString())
        );
    }

    private static async Task<JsonDocument> ParseAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream stream = File.OpenRead(path);
        try
        {
            return await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(path, "JSON", e.Message, e.LineNumber + 1, e.BytePositionInLine + 1, innerException: e);
        }
    }
}
