using ResearchKit.Data;

namespace ResearchKit.Rag;

/// <summary>
/// A retrieval data set as BEIR (and MTEB) lay it out: corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels/NAME.tsv (query-id, corpus-id, score, with header). Files may be
/// compressed by gzip or zstd.
/// </summary>
/// <param name="Documents">The corpus, in the order of the file.</param>
/// <param name="Queries">The queries; empty without queries.jsonl.</param>
/// <param name="Judgements">For each query the grade of each judged document; empty without qrels.</param>
public sealed record BeirDataset(
    IReadOnlyList<CorpusDocument> Documents,
    IReadOnlyList<LabeledQuery> Queries,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Judgements
)
{
    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">The name of the judgements. Default test.</param>
    /// <param name="duplicates">What is done with an id that occurs twice.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="MalformedFileException">A line is wrong; with file, line and column.</exception>
    /// <exception cref="FileNotFoundException">There is no corpus.</exception>
    public static async Task<BeirDataset> LoadAsync(
        string folder,
        string split = "test",
        DuplicateIds duplicates = DuplicateIds.Error,
        CancellationToken ct = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string corpus =
            Existing(folder, "corpus.jsonl")
            ?? throw new FileNotFoundException($"There is no corpus.jsonl in {folder}.", Path.Combine(folder, "corpus.jsonl"));
        IReadOnlyList<CorpusDocument> documents = await LoadCorpusAsync(corpus, duplicates, ct).ConfigureAwait(false);
        IReadOnlyList<LabeledQuery> queries = Existing(folder, "queries.jsonl") is { } file
            ? await LoadQueriesAsync(file, duplicates, ct).ConfigureAwait(false)
            : [];
        Dictionary<string, IReadOnlyDictionary<string, int>> judgements = new(StringComparer.Ordinal);
        if (Existing(folder, Path.Combine("qrels", $"{split}.tsv")) is { } qrels)
        {
            await foreach (DelimitedRecord record in DelimitedText.ReadAsync(qrels, ct: ct).ConfigureAwait(false))
            {
                if (!judgements.TryGetValue(record["query-id"], out IReadOnlyDictionary<string, int>? grades))
                {
                    judgements[record["query-id"]] = grades = new Dictionary<string, int>(StringComparer.Ordinal);
                }
                ((Dictionary<string, int>)grades)[record["corpus-id"]] = record.Number<int>("score");
            }
        }
        return new BeirDataset(documents, queries, judgements);
    }

    /// <summary>Reads a corpus: JSON Lines with _id (or id), title (may be missing) and text (or content, as MedRAG's chunks have it).</summary>
    /// <param name="path">The file.</param>
    /// <param name="duplicates">What is done with an id that occurs twice.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="MalformedFileException">A line is wrong; with file, line and column.</exception>
    public static async Task<IReadOnlyList<CorpusDocument>> LoadCorpusAsync(
        string path,
        DuplicateIds duplicates = DuplicateIds.Error,
        CancellationToken ct = default
    )
    {
        UniqueRows<CorpusDocument> rows = new(path, duplicates);
        await foreach (JsonLine line in JsonLines.ReadAsync(path, ct).ConfigureAwait(false))
        {
            string id = line.Text(line.Has("_id") ? "_id" : "id");
            rows.Add(
                id,
                line.Line,
                new CorpusDocument(id, line.Has("title") ? line.Text("title") : "", line.Text(line.Has("text") ? "text" : "content"))
            );
        }
        return rows.Rows;
    }

    /// <summary>Reads queries: JSON Lines with _id (or id) and text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="duplicates">What is done with an id that occurs twice.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="MalformedFileException">A line is wrong; with file, line and column.</exception>
    public static async Task<IReadOnlyList<LabeledQuery>> LoadQueriesAsync(
        string path,
        DuplicateIds duplicates = DuplicateIds.Error,
        CancellationToken ct = default
    )
    {
        UniqueRows<LabeledQuery> rows = new(path, duplicates);
        await foreach (JsonLine line in JsonLines.ReadAsync(path, ct).ConfigureAwait(false))
        {
            string id = line.Text(line.Has("_id") ? "_id" : "id");
            rows.Add(id, line.Line, new LabeledQuery(id, line.Text("text")));
        }
        return rows.Rows;
    }

    private static string? Existing(string folder, string name) =>
        new[] { "", ".gz", ".zst" }.Select(end => Path.Combine(folder, name + end)).FirstOrDefault(File.Exists);
}
