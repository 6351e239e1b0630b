using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Numerics;
using ResearchKit.Rag;

namespace ResearchKit.Papers.RagRoute;

/// <summary>The federations that are routed over: an invented one for any machine, and four made of published data.</summary>
internal static class FederationData
{
    /// <summary>Invented passages of twenty topics, dealt to sources by topic.</summary>
    public const string Generated = "generated";

    /// <summary>MIRAGE with the authors' labels.</summary>
    public const string Mirage = "rag-mirage";

    /// <summary>FeB4RAG with its graded engines.</summary>
    public const string Feb4Rag = "rag-feb4rag";

    /// <summary>Ten clusters of four corpora, asked MMLU questions.</summary>
    public const string Clusters = "clusters";

    /// <summary>Four corpora as they are, asked questions of four kinds.</summary>
    public const string RealSources = "real-sources";

    /// <summary>The same four corpora, asked the questions of MIRAGE.</summary>
    public const string RealMirage = "real-mirage";

    private static readonly string[] Corpora = ["rag-pubmed", "rag-squad", "rag-medmcqa-exp", "rag-wordnet"];

    private static readonly string[] PublishedSubjects =
    [
        "college_biology",
        "college_physics",
        "high_school_mathematics",
        "high_school_microeconomics",
        "international_law",
        "miscellaneous",
        "philosophy",
        "prehistory",
        "professional_psychology",
    ];

    /// <summary>What a federation needs to be here.</summary>
    public static IEnumerable<string> Needs(string data) =>
        data switch
        {
            Mirage => ["data:rag-mirage"],
            Feb4Rag => ["data:rag-feb4rag"],
            Clusters => [.. Corpora.Select(c => $"data:{c}"), "data:rag-mmlu"],
            RealSources => [.. Corpora.Select(c => $"data:{c}"), "data:rag-mmlu", "data:rag-mirage"],
            RealMirage => [.. Corpora.Select(c => $"data:{c}"), "data:rag-mirage"],
            _ => [],
        };

    /// <summary>Draws or loads a federation.</summary>
    /// <param name="data">Its name.</param>
    /// <param name="sources">How many sources an invented one has.</param>
    /// <param name="k">How many documents count as best.</param>
    /// <param name="context">The cell's context.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static Task<Federation> LoadAsync<TOptions>(
        string data,
        int sources,
        int k,
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions =>
        data switch
        {
            Generated => Task.FromResult(Generate(sources, k, context, cancellationToken)),
            Mirage => LoadMirageAsync(context, cancellationToken),
            Feb4Rag => LoadFeb4RagAsync(context, cancellationToken),
            Clusters => LoadClustersAsync(k, context, cancellationToken),
            RealSources => LoadRealSourcesAsync(k, context, cancellationToken),
            RealMirage => LoadRealMirageAsync(k, context, cancellationToken),
            _ => throw new ArgumentException($"There is no federation '{data}'."),
        };

    private static Federation Generate<TOptions>(int sources, int k, CellContext<TOptions> context, CancellationToken cancellationToken)
        where TOptions : ExperimentOptions
    {
        TopicPassages corpus = new(context.Random("corpus"), new TopicPassagesOptions { Topics = 20, Passages = 3000 });
        QuestionStream asked = new(corpus, context.Random("questions"), new QuestionStreamOptions { Questions = 1000 });
        HashedTfIdfEmbedder embedder = new(
            TermStatistics.Of(corpus.Passages.Select(p => p.Text), cancellationToken),
            new HashedTfIdfOptions { Dimension = 256 }
        );
        // A passage is with its topic's source, but one of five is anywhere.
        RandomStream deal = context.Random("deal");
        List<(string Id, string Text)>[] documents = [.. Enumerable.Range(0, sources).Select(_ => new List<(string, string)>())];
        foreach (Passage passage in corpus.Passages)
        {
            documents[deal.NextBool(0.2) ? deal.NextInt(sources) : passage.Topic % sources].Add((passage.Id, passage.Text));
        }
        return Of(
            [.. Enumerable.Range(0, sources).Select(s => $"source-{s:00}")],
            documents,
            [.. asked.Questions.Select(q => (q.Text, "", Generated))],
            embedder,
            k,
            context.Threads,
            cancellationToken
        );
    }

    private static async Task<Federation> LoadMirageAsync<TOptions>(CellContext<TOptions> context, CancellationToken cancellationToken)
        where TOptions : ExperimentOptions
    {
        DatasetFolder folder = await context.Data.RequireAsync("rag-mirage", cancellationToken);
        MirageBenchmark benchmark = await MirageBenchmark.LoadAsync(folder.FilePath("benchmark.json"), cancellationToken);
        List<(string Id, string Text, string Group, IReadOnlySet<string> Relevant)> questions = [];
        foreach ((string name, IReadOnlyList<MultipleChoiceQuestion> own) in benchmark.Datasets)
        {
            IReadOnlyDictionary<string, IReadOnlySet<string>> labels = await MirageBenchmark.LoadLabelsAsync(
                folder.FilePath($"{name}_relevant_top_32.json"),
                own.Select(q => q.Id),
                MirageBenchmark.Corpora,
                cancellationToken: cancellationToken
            );
            questions.AddRange(own.Select(q => ($"{name}/{q.Id}", q.Question, name, labels[q.Id])));
        }
        return Labelled(MirageBenchmark.Corpora, questions, cancellationToken);
    }

    private static async Task<Federation> LoadFeb4RagAsync<TOptions>(CellContext<TOptions> context, CancellationToken cancellationToken)
        where TOptions : ExperimentOptions
    {
        DatasetFolder folder = await context.Data.RequireAsync("rag-feb4rag", cancellationToken);
        Feb4RagDataset data = await Feb4RagDataset.LoadAsync(
            folder.FilePath("requests.jsonl"),
            folder.FilePath("BEIR-QRELS-RS.txt"),
            cancellationToken
        );
        return Labelled(
            Feb4RagDataset.Engines,
            [
                .. data.Requests.Select(r =>
                    (
                        r.Id,
                        r.Text,
                        Feb4Rag,
                        (IReadOnlySet<string>)Feb4RagDataset.Engines.Where(e => data.Grades[r.Id].GetValueOrDefault(e) > 0).ToHashSet()
                    )
                ),
            ],
            cancellationToken
        );
    }

    private static async Task<Federation> LoadClustersAsync<TOptions>(
        int k,
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions
    {
        const int Count = 10;
        CorpusDocument[] all = [.. (await LoadCorporaAsync(context, cancellationToken)).SelectMany(c => c)];
        HashedTfIdfEmbedder embedder = Embedder(all, cancellationToken);
        float[][] vectors = [.. all.Select(d => embedder.Embed(d.TextToEmbed))];
        int[] cluster = KMeans.Cluster(
            vectors,
            Count,
            context.Fixed("clusters"),
            threads: context.Threads,
            cancellationToken: cancellationToken
        );
        List<(string Id, string Text)>[] documents = [.. Enumerable.Range(0, Count).Select(_ => new List<(string, string)>())];
        for (int i = 0; i < all.Length; i++)
        {
            documents[cluster[i]].Add((all[i].Id, all[i].TextToEmbed));
        }
        List<(string, string, string)> questions = [];
        foreach (string subject in PublishedSubjects)
        {
            questions.AddRange((await MmluAsync(subject, context, cancellationToken)).Select(q => (q.WithOptionLine, "", subject)));
        }
        return Of(
            [.. Enumerable.Range(0, Count).Select(c => $"cluster-{c}")],
            documents,
            questions,
            embedder,
            k,
            context.Threads,
            cancellationToken
        );
    }

    private static async Task<Federation> LoadRealSourcesAsync<TOptions>(
        int k,
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions
    {
        CorpusDocument[][] corpora = await LoadCorporaAsync(context, cancellationToken);
        string squad = (await context.Data.RequireAsync("rag-squad", cancellationToken)).FilePath("queries.jsonl");
        string pubmed = (await context.Data.RequireAsync("rag-pubmed", cancellationToken)).FilePath("queries.jsonl");
        IReadOnlyList<LabeledQuery> ofSquad = await BeirDataset.LoadQueriesAsync(squad, cancellationToken: cancellationToken);
        IReadOnlyList<MultipleChoiceQuestion> medmcqa = (await MirageAsync(context, cancellationToken)).Datasets["medmcqa"];
        List<(string Text, string Exclude, string Group)> questions =
        [
            .. (await BeirDataset.LoadQueriesAsync(pubmed, cancellationToken: cancellationToken)).Select(q => (q.Text, "", "pubmed")),
            .. context.Fixed("squad").Sample(ofSquad.Count, 2000).Select(i => (ofSquad[i].Text, "", "squad")),
            // An explanation answers its own question: it does not count.
            .. context.Fixed("medmcqa").Sample(medmcqa.Count, 1500).Select(i => (medmcqa[i].Question, medmcqa[i].Id, "medmcqa")),
        ];
        foreach (string subject in new[] { "miscellaneous", "philosophy", "prehistory" })
        {
            questions.AddRange((await MmluAsync(subject, context, cancellationToken)).Select(q => (q.WithOptionLine, "", "mmlu")));
        }
        return OfCorpora(corpora, questions, k, context.Threads, cancellationToken);
    }

    private static async Task<Federation> LoadRealMirageAsync<TOptions>(
        int k,
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions
    {
        CorpusDocument[][] corpora = await LoadCorporaAsync(context, cancellationToken);
        MirageBenchmark benchmark = await MirageAsync(context, cancellationToken);
        return OfCorpora(
            corpora,
            [.. benchmark.Datasets.SelectMany(d => d.Value.Select(q => (q.Question, q.Id, d.Key)))],
            k,
            context.Threads,
            cancellationToken
        );
    }

    private static Federation OfCorpora(
        CorpusDocument[][] corpora,
        IReadOnlyList<(string Text, string Exclude, string Group)> questions,
        int k,
        int threads,
        CancellationToken cancellationToken
    ) =>
        Of(
            Corpora,
            [.. corpora.Select(c => c.Select(d => (d.Id, d.TextToEmbed)).ToList())],
            questions,
            Embedder([.. corpora.SelectMany(c => c)], cancellationToken),
            k,
            threads,
            cancellationToken
        );

    // Labels without documents: centroids have to come from the training queries.
    private static Federation Labelled(
        IReadOnlyList<string> sources,
        IReadOnlyList<(string Id, string Text, string Group, IReadOnlySet<string> Relevant)> questions,
        CancellationToken cancellationToken
    )
    {
        HashedTfIdfEmbedder embedder = new(
            TermStatistics.Of(questions.Select(q => q.Text), cancellationToken),
            new HashedTfIdfOptions { Dimension = 256, EmptyText = EmptyText.ZeroVector }
        );
        return new Federation(
            [
                .. sources.Select(s => new SourceProfile
                {
                    Name = s,
                    Encoder = embedder.Id,
                    Centroid = new float[embedder.Dimension],
                }),
            ],
            [.. questions.Select(q => new QueryEmbeddings(embedder.Id, embedder.Embed(q.Text), q.Id))],
            [.. questions.SelectMany(q => sources.Select(q.Relevant.Contains))],
            [],
            [.. questions.Select(q => q.Group)]
        )
        {
            CentroidsOfQueries = true,
        };
    }

    private static Federation Of(
        string[] names,
        List<(string Id, string Text)>[] documents,
        IReadOnlyList<(string Text, string Exclude, string Group)> questions,
        HashedTfIdfEmbedder embedder,
        int k,
        int threads,
        CancellationToken cancellationToken
    )
    {
        float[][] queries = [.. questions.Select(q => embedder.Embed(q.Text))];
        float[] flat = [.. queries.SelectMany(q => q)];
        SourceProfile[] profiles = new SourceProfile[names.Length];
        List<(int Source, int Row, float Distance)>[] found = [.. queries.Select(_ => new List<(int, int, float)>())];
        for (int s = 0; s < names.Length; s++)
        {
            using FlatIndex index = new(embedder.Dimension);
            float[][] vectors = [.. documents[s].Select(d => embedder.Embed(d.Text))];
            for (int i = 0; i < vectors.Length; i++)
            {
                index.Add(documents[s][i].Id, vectors[i]);
            }
            profiles[s] = new SourceProfile
            {
                Name = names[s],
                Encoder = embedder.Id,
                Centroid = SourceProfile.MeanOf(vectors.Select(v => new ReadOnlyMemory<float>(v))),
                DocumentCount = vectors.Length,
            };
            Neighbor[][] nearest = index.SearchBatch(flat, k + 1, threads, cancellationToken);
            for (int q = 0; q < queries.Length; q++)
            {
                found[q]
                    .AddRange(nearest[q].Where(n => index.IdOf(n.Row) != questions[q].Exclude).Take(k).Select(n => (s, n.Row, n.Distance)));
            }
        }
        int[][] owners =
        [
            .. found.Select(f =>
                f.OrderBy(d => d.Distance).ThenBy(d => d.Source).ThenBy(d => d.Row).Take(k).Select(d => d.Source).ToArray()
            ),
        ];
        return new Federation(
            profiles,
            [.. queries.Select(q => new QueryEmbeddings(embedder.Id, q))],
            [.. owners.SelectMany(o => Enumerable.Range(0, names.Length).Select(s => o.Contains(s)))],
            owners,
            [.. questions.Select(q => q.Group)]
        );
    }

    private static HashedTfIdfEmbedder Embedder(IReadOnlyList<CorpusDocument> documents, CancellationToken cancellationToken) =>
        new(TermStatistics.Of(documents.Select(d => d.TextToEmbed), cancellationToken), new HashedTfIdfOptions { Dimension = 256 });

    private static async Task<CorpusDocument[][]> LoadCorporaAsync<TOptions>(
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions
    {
        List<CorpusDocument[]> corpora = [];
        foreach (string corpus in Corpora)
        {
            DatasetFolder folder = await context.Data.RequireAsync(corpus, cancellationToken);
            string file = folder.FilePath(corpus == "rag-wordnet" ? "corpus.jsonl.gz" : "corpus.jsonl");
            corpora.Add([.. await BeirDataset.LoadCorpusAsync(file, cancellationToken: cancellationToken)]);
        }
        return [.. corpora];
    }

    private static async Task<MirageBenchmark> MirageAsync<TOptions>(CellContext<TOptions> context, CancellationToken cancellationToken)
        where TOptions : ExperimentOptions =>
        await MirageBenchmark.LoadAsync(
            (await context.Data.RequireAsync("rag-mirage", cancellationToken)).FilePath("benchmark.json"),
            cancellationToken
        );

    private static async Task<IReadOnlyList<MultipleChoiceQuestion>> MmluAsync<TOptions>(
        string subject,
        CellContext<TOptions> context,
        CancellationToken cancellationToken
    )
        where TOptions : ExperimentOptions =>
        await MmluFile.LoadAsync(
            (await context.Data.RequireAsync("rag-mmlu", cancellationToken)).FilePath($"test/{subject}_test.csv"),
            cancellationToken
        );
}
