using System.Diagnostics;
using ResearchKit.Numerics;
using ResearchKit.Rag;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>rag</c> does, without a terminal.</summary>
internal static class RagCommands
{
    /// <summary>Searches an index.</summary>
    public static async Task<RagSearchReport> SearchAsync(string folder, string query, int k, CancellationToken ct)
    {
        using RagIndexFolder index = await RagIndexFolder.OpenAsync(folder, ct);
        RetrievalResult found = index.Index.Search(index.Embedder.Embed(query), k);
        return new RagSearchReport(query, [.. found.Documents.Select(d => new RagDocument(d.Id, d.Score))]);
    }

    /// <summary>Sends a log of queries through a cache and without one.</summary>
    public static async Task<RagBenchReport> BenchAsync(
        string folder,
        string log,
        float tolerance,
        int capacity,
        int hyperplanes,
        int k,
        CancellationToken ct
    )
    {
        using RagIndexFolder index = await RagIndexFolder.OpenAsync(folder, ct);
        float[][] queries = await LogAsync(index, log, ct);
        string[][] exact = new string[queries.Length][];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < queries.Length; i++)
        {
            ct.ThrowIfCancellationRequested();
            exact[i] = [.. index.Index.Search(queries[i], k).Ids];
        }
        double without = Stopwatch.GetElapsedTime(start).TotalMicroseconds / queries.Length;
        ProximityCacheOptions options = new()
        {
            Dimension = index.Index.Dimension,
            Metric = index.Index.Metric,
            Tolerance = tolerance,
            Capacity = capacity,
        };
        IApproximateCache<CachedAnswer> cache =
            hyperplanes > 0
                ? new LshProximityCache<CachedAnswer>(options, new LshOptions { Hyperplanes = hyperplanes })
                : new FlatProximityCache<CachedAnswer>(options);
        using CachedRetriever retriever = new(new IndexRetriever(index.Index), cache);
        double overlap = 0;
        long hitTicks = 0;
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < queries.Length; i++)
        {
            long before = Stopwatch.GetTimestamp();
            RetrievalResult found = await retriever.SearchAsync(queries[i], k, ct);
            hitTicks += found.Cache is null ? 0 : Stopwatch.GetTimestamp() - before;
            overlap += RetrievalMetrics.OverlapAtK([.. found.Ids], exact[i], k);
        }
        double with = Stopwatch.GetElapsedTime(start).TotalMicroseconds / queries.Length;
        long hits = retriever.Statistics.Hits;
        return new RagBenchReport(
            queries.Length,
            tolerance,
            retriever.Statistics.HitRate,
            overlap / queries.Length,
            with,
            without,
            hits == 0 ? double.NaN : 1e6 * hitTicks / Stopwatch.Frequency / hits
        );
    }

    /// <summary>Recommends a tolerance from a log, or refuses.</summary>
    public static async Task<RagTuneReport> TuneAsync(
        string folder,
        string log,
        double falseHits,
        int capacity,
        int k,
        double overlap,
        CancellationToken ct
    )
    {
        using RagIndexFolder index = await RagIndexFolder.OpenAsync(folder, ct);
        float[][] queries = await LogAsync(index, log, ct);
        ToleranceTuner tuner = new()
        {
            FalseHitLimit = falseHits,
            K = k,
            MinimumOverlap = overlap,
            Cache = new ProximityCacheOptions
            {
                Dimension = index.Index.Dimension,
                Metric = index.Index.Metric,
                Tolerance = 0,
                Capacity = capacity,
            },
        };
        ToleranceRecommendation r = await Task.Run(() => tuner.Recommend(queries, index.Index, ct), ct);
        return new RagTuneReport(
            r.Tolerance,
            r.HitRate.Value,
            r.HitRate.Low,
            r.HitRate.High,
            r.FalseHits.Value,
            r.FalseHits.Low,
            r.FalseHits.High,
            r.Hits,
            r.Queries,
            index.Index.Metric.ToString(),
            index.Embedder.Id
        );
    }

    /// <summary>Trains a router over index folders: a source is relevant to a query if it owns one of the k best documents of all.</summary>
    public static async Task<RagRouteTrainReport> TrainAsync(
        IReadOnlyList<(string Name, string Folder)> sources,
        string queries,
        string output,
        int k,
        int epochs,
        ulong seed,
        CancellationToken ct
    )
    {
        List<RagIndexFolder> folders = [];
        try
        {
            foreach ((_, string folder) in sources)
            {
                folders.Add(await RagIndexFolder.OpenAsync(folder, ct));
            }
            IReadOnlyList<LabeledQuery> asked = await BeirDataset.LoadQueriesAsync(queries, DuplicateIds.LastWins, ct);
            RouterTrainingSet set = await Task.Run(() => Labelled(sources, folders, asked, k, ct), ct);
            int[] order = RandomStream.Named("rag-route", Text(seed), "split").Permutation(set.QueryCount);
            int held = Math.Max(1, set.QueryCount / 5);
            if (set.QueryCount < 10)
            {
                throw new ArgumentException($"{queries} holds {set.QueryCount} queries; a router needs at least 10, better some hundreds.");
            }
            RouterTrainingSet validation = set.Subset(order[..held]);
            RouterTraining trained = await new RouterTrainer(new RouterTrainingOptions { Epochs = epochs }).TrainAsync(
                set.Subset(order[held..]),
                validation,
                RandomStream.Named("rag-route", Text(seed)),
                ct: ct
            );
            RouterEvaluation e = await RouterEvaluation.OfAsync(trained.Router, validation, ct);
            await RouterFile.SaveAsync(trained.Router, output, ct);
            return new RagRouteTrainReport(
                output,
                set.QueryCount,
                e.Counts.Accuracy,
                e.AreaUnderRoc,
                e.SourcesPerQuery,
                e.RelevantPerQuery,
                trained.Router.Threshold,
                trained.Warning
            );
        }
        finally
        {
            folders.ForEach(f => f.Dispose());
        }
    }

    /// <summary>Says where a query would go.</summary>
    public static async Task<RagRouteReport> AskAsync(
        string routerFile,
        IReadOnlyList<(string Name, string Folder)> sources,
        string query,
        CancellationToken ct
    )
    {
        NeuralSourceRouter router = RouterFile.Load(routerFile);
        Dictionary<string, ReadOnlyMemory<float>> embeddings = new(StringComparer.Ordinal);
        foreach ((string name, string folder) in sources)
        {
            using RagIndexFolder index = await RagIndexFolder.OpenAsync(folder, ct);
            embeddings[Encoder(name, index)] = index.Embedder.Embed(query);
        }
        RoutingDecision decision = await router.RouteAsync(new QueryEmbeddings(embeddings), ct);
        return new RagRouteReport(query, [.. decision.Scores.Select(s => new RagSourceScore(s.Source, s.Probability, s.Chosen))]);
    }

    /// <summary>The embeddings of a log: JSON Lines with a member text or query.</summary>
    public static async Task<float[][]> LogAsync(RagIndexFolder index, string log, CancellationToken ct)
    {
        List<float[]> vectors = [];
        await foreach (Data.JsonLine line in Data.JsonLines.ReadAsync(log, ct))
        {
            string text = line.Text(line.Has("text") ? "text" : "query");
            try
            {
                vectors.Add(index.Embedder.Embed(text));
            }
            catch (ArgumentException e)
            {
                throw new MalformedFileException(log, "a query with a word", e.Message, line.Line, innerException: e);
            }
        }
        return vectors.Count > 0 ? [.. vectors] : throw new ArgumentException($"{log} holds no query.");
    }

    // Each folder has its own word frequencies, so each is an encoder of its own; scores of cosines are of one scale all the same.
    private static RouterTrainingSet Labelled(
        IReadOnlyList<(string Name, string Folder)> sources,
        List<RagIndexFolder> folders,
        IReadOnlyList<LabeledQuery> asked,
        int k,
        CancellationToken ct
    )
    {
        float[] vector = [];
        SourceProfile[] profiles =
        [
            .. folders.Select(
                (f, i) =>
                    new SourceProfile
                    {
                        Name = sources[i].Name,
                        Encoder = Encoder(sources[i].Name, f),
                        DocumentCount = f.Index.Count,
                        Centroid = SourceProfile.MeanOf(Enumerable.Range(0, f.Index.RowCount).Select(row => VectorOf(f.Index, row))),
                    }
            ),
        ];
        QueryEmbeddings[] queries =
        [
            .. asked.Select(q => new QueryEmbeddings(
                folders
                    .Select((f, i) => (profiles[i].Encoder, f))
                    .ToDictionary(p => p.Encoder, p => (ReadOnlyMemory<float>)p.f.Embedder.Embed(q.Text)),
                q.Id
            )),
        ];
        bool[] relevant = new bool[asked.Count * sources.Count];
        for (int q = 0; q < asked.Count; q++)
        {
            ct.ThrowIfCancellationRequested();
            IEnumerable<(int Source, float Score)> all = folders.SelectMany(
                (f, i) =>
                    f
                        .Index.Search(queries[q].Of(profiles[i].Encoder).Span, k)
                        .Documents.Select(d => (i, f.Index.Direction == ScoreDirection.HigherIsBetter ? d.Score : -d.Score))
            );
            foreach ((int source, _) in all.OrderByDescending(d => d.Score).Take(k))
            {
                relevant[(q * sources.Count) + source] = true;
            }
        }
        return new RouterTrainingSet(profiles, queries, relevant);

        ReadOnlyMemory<float> VectorOf(VectorIndex index, int row)
        {
            vector = new float[index.Dimension];
            return index.TryGetVector(index.IdOf(row), vector) ? vector : new float[index.Dimension];
        }
    }

    private static string Encoder(string source, RagIndexFolder folder) => $"{folder.Embedder.Id}/{source}";

    private static string Text(ulong value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
