using ResearchKit.Data;

namespace ResearchKit.Rag;

/// <summary>The raw results of the MMLU runs that the authors of RAGRoute (arXiv:2502.19280) published: nine subjects under four routers, with Llama 3.1 8B and ten Wikipedia clusters.</summary>
/// <param name="Queries">Every query.</param>
/// <param name="Messages">Every source's answer.</param>
public sealed record PublishedRagRouteRuns(IReadOnlyList<PublishedQuery> Queries, IReadOnlyList<PublishedMessage> Messages)
{
    /// <summary>The routers, in the order of the tables.</summary>
    public static IReadOnlyList<string> Modes { get; } = ["all", "ragroute", "random", "none"];

    /// <summary>Reads a folder of benchmark_MMLU_MODE_SUBJECT.csv and ds_stats_MMLU_MODE_SUBJECT.csv.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">A file is wrong.</exception>
    /// <exception cref="FileNotFoundException">There is no such file in the folder.</exception>
    public static async Task<PublishedRagRouteRuns> LoadAsync(string folder, CancellationToken cancellationToken = default)
    {
        List<PublishedQuery> queries = [];
        List<PublishedMessage> messages = [];
        foreach (string mode in Modes)
        {
            foreach (string path in Directory.EnumerateFiles(folder, $"benchmark_MMLU_{mode}_*.csv").Order(StringComparer.Ordinal))
            {
                await foreach (
                    DelimitedRecord r in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false)
                )
                {
                    queries.Add(
                        new PublishedQuery(
                            r["dataset"],
                            mode,
                            r.Number<int>("question_id"),
                            r.Number<int>("correct") == 1,
                            r.Number<int>("num_data_sources"),
                            r.Number<double>("selection_time"),
                            r.Number<double>("doc_select_time"),
                            r.Number<double>("e2e_time")
                        )
                    );
                }
            }
            foreach (string path in Directory.EnumerateFiles(folder, $"ds_stats_MMLU_{mode}_*.csv").Order(StringComparer.Ordinal))
            {
                await foreach (
                    DelimitedRecord r in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false)
                )
                {
                    messages.Add(
                        new PublishedMessage(
                            r["dataset"],
                            mode,
                            r.Number<int>("question_id"),
                            r["data_source"],
                            r.Number<double>("duration"),
                            r.Number<long>("msg_size")
                        )
                    );
                }
            }
        }
        return queries.Count > 0
            ? new PublishedRagRouteRuns(queries, messages)
            : throw new FileNotFoundException($"There is no benchmark_MMLU_*.csv in {folder}.", folder);
    }
}
