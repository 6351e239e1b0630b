namespace ResearchKit.Rag;

/// <summary>FeB4RAG: requests to a federation of BEIR engines, with a grade of each engine for each request and of documents for merging.</summary>
/// <param name="Requests">The requests.</param>
/// <param name="Grades">For each request the grade of each engine, summed over its judged results: 0 is irrelevant.</param>
public sealed record Feb4RagDataset(
    IReadOnlyList<LabeledQuery> Requests,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Grades
)
{
    /// <summary>The thirteen engines that RAGRoute uses, alphabetical, which is the order of its one-hot features.</summary>
    public static IReadOnlyList<string> Engines { get; } =
    [
        "arguana",
        "climate-fever",
        "dbpedia-entity",
        "fever",
        "fiqa",
        "hotpotqa",
        "msmarco",
        "nfcorpus",
        "nq",
        "scidocs",
        "scifact",
        "trec-covid",
        "webis-touche2020",
    ];

    /// <summary>Reads requests.jsonl (_id, text) and the judgements for resource selection (<c>qid 0 engine grade</c>).</summary>
    /// <param name="requests">The file of requests.</param>
    /// <param name="selection">The file of judgements.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="MalformedFileException">A line is wrong.</exception>
    public static async Task<Feb4RagDataset> LoadAsync(string requests, string selection, CancellationToken ct = default) =>
        new(
            await BeirDataset.LoadQueriesAsync(requests, ct: ct).ConfigureAwait(false),
            await LoadGradesAsync(selection, ct).ConfigureAwait(false)
        );

    /// <summary>Reads judgements of four columns divided by blanks: query, anything, engine or document, grade.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="MalformedFileException">A line has not four columns, or its grade is no number.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>>> LoadGradesAsync(
        string path,
        CancellationToken ct = default
    )
    {
        Dictionary<string, IReadOnlyDictionary<string, int>> grades = new(StringComparer.Ordinal);
        long number = 0;
        await foreach (string line in File.ReadLinesAsync(path, ct).ConfigureAwait(false))
        {
            number++;
            string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
            {
                continue;
            }
            if (
                parts.Length != 4
                || !int.TryParse(
                    parts[3],
                    System.Globalization.NumberStyles.Integer,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out int grade
                )
            )
            {
                throw new MalformedFileException(path, "four columns, the last a whole number", line, number);
            }
            if (!grades.TryGetValue(parts[0], out IReadOnlyDictionary<string, int>? of))
            {
                grades[parts[0]] = of = new Dictionary<string, int>(StringComparer.Ordinal);
            }
            ((Dictionary<string, int>)of)[parts[2]] = grade;
        }
        return grades;
    }
}
