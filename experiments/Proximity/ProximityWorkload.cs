using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Numerics;
using ResearchKit.Rag;

namespace ResearchKit.Papers.Proximity;

/// <summary>Questions in four variants each, their vectors, and what an exact search finds for each: all that the experiments on Proximity replay.</summary>
internal sealed class ProximityWorkload
{
    /// <summary>Invented passages and questions, drawn anew for every seed.</summary>
    public const string Generated = "generated";

    /// <summary>The econometrics questions of MMLU on paragraphs of SQuAD.</summary>
    public const string Mmlu = "rag-mmlu";

    /// <summary>Questions of PubMedQA on PubMed snippets.</summary>
    public const string PubMed = "rag-pubmed";

    private readonly FlatIndex _index;
    private readonly int[][] _nearest;
    private readonly IReadOnlySet<int>[] _evidence;
    private readonly Dictionary<(int Query, int AnsweredBy, int K, int Rerank), (int Common, bool Gold)> _worth = [];

    private ProximityWorkload(
        QuestionWorkload questions,
        HashedTfIdfEmbedder embedder,
        FlatIndex index,
        int depth,
        IReadOnlySet<int>[] evidence,
        int threads,
        CancellationToken cancellationToken
    )
    {
        (Questions, _index, _evidence) = (questions, index, evidence);
        Vectors = [.. questions.Variants().Select(v => embedder.Embed(v.Text))];
        float[] all = [.. Vectors.SelectMany(v => v)];
        _nearest = [.. index.SearchBatch(all, depth, threads, cancellationToken).Select(n => n.Select(d => d.Row).ToArray())];
    }

    /// <summary>The questions.</summary>
    public QuestionWorkload Questions { get; }

    /// <summary>The vector of each variant: question * 4 + variant.</summary>
    public float[][] Vectors { get; }

    /// <summary>What a data set needs to be here.</summary>
    public static IEnumerable<string> Needs(string data) =>
        data switch
        {
            Mmlu => ["data:rag-mmlu", "data:rag-squad", "data:rag-pubmed"],
            PubMed => ["data:rag-pubmed"],
            _ => [],
        };

    /// <summary>The documents an exact search finds for a variant, nearest first.</summary>
    public ReadOnlySpan<int> Nearest(int variant, int k) => _nearest[variant].AsSpan(0, Math.Min(k, _nearest[variant].Length));

    /// <summary>How many of a variant's exact documents it gets from an entry, and whether one of those it gets is evidence. Kept: skewed streams ask the same again and again. One thread at a time.</summary>
    /// <param name="query">The variant.</param>
    /// <param name="answeredBy">The variant that filled the entry; -1: the store was asked.</param>
    /// <param name="k">How many documents it gets.</param>
    /// <param name="rerank">rho.</param>
    public (int Common, bool Gold) Worth(int query, int answeredBy, int k, int rerank)
    {
        if (!_worth.TryGetValue((query, answeredBy, k, rerank), out (int Common, bool Gold) worth))
        {
            ReadOnlySpan<int> exact = Nearest(query, k);
            ReadOnlySpan<int> returned =
                answeredBy < 0 ? exact
                : rerank == 1 ? Nearest(answeredBy, k)
                : Rerank(query, Nearest(answeredBy, k * rerank), k);
            foreach (int document in returned)
            {
                worth = (worth.Common + (exact.Contains(document) ? 1 : 0), worth.Gold || IsEvidence(query, document));
            }
            _worth.Add((query, answeredBy, k, rerank), worth);
        }
        return worth;
    }

    private bool IsEvidence(int variant, int document) =>
        _evidence.Length > 0 && _evidence[variant / Questions.VariantCount].Contains(document);

    private int[] Rerank(int variant, ReadOnlySpan<int> documents, int k)
    {
        float[] vector = new float[_index.Dimension];
        (int Document, float Distance)[] scored = new (int, float)[documents.Length];
        for (int i = 0; i < scored.Length; i++)
        {
            _index.TryGetVector(_index.IdOf(documents[i]), vector);
            scored[i] = (documents[i], VectorDistance.Of(VectorMetric.Euclidean, Vectors[variant], vector));
        }
        // A stable sort: ties stay in the cached order.
        return [.. scored.OrderBy(s => s.Distance).Take(k).Select(s => s.Document)];
    }

    /// <summary>Draws or loads a workload.</summary>
    /// <param name="data">Its name.</param>
    /// <param name="context">The cell's context.</param>
    /// <param name="depth">How many documents are found for each variant.</param>
    /// <param name="questionIds">The PubMedQA questions; null: 200 at random, the same for all seeds.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<ProximityWorkload> LoadAsync<TOptions>(
        string data,
        CellContext<TOptions> context,
        int depth,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? questionIds = null
    )
        where TOptions : ExperimentOptions
    {
        switch (data)
        {
            case Generated:
                return Generate(context.Random("corpus"), context.Random("questions"), depth, context.Threads, cancellationToken);
            case Mmlu:
                return await LoadMmluAsync(
                    (await context.Data.RequireAsync("rag-mmlu", cancellationToken)).Path,
                    (await context.Data.RequireAsync("rag-squad", cancellationToken)).Path,
                    (await context.Data.RequireAsync("rag-pubmed", cancellationToken)).Path,
                    depth,
                    context.Threads,
                    cancellationToken
                );
            case PubMed:
                return await LoadPubMedAsync(
                    (await context.Data.RequireAsync("rag-pubmed", cancellationToken)).Path,
                    questionIds,
                    context.Fixed("questions"),
                    200,
                    depth,
                    context.Threads,
                    cancellationToken
                );
            default:
                throw new ArgumentException($"There is no workload '{data}'; there are {Generated}, {Mmlu} and {PubMed}.");
        }
    }

    /// <summary>Invented passages, and questions of two names and six words of the topic.</summary>
    public static ProximityWorkload Generate(
        RandomStream corpus,
        RandomStream questions,
        int depth,
        int threads,
        CancellationToken cancellationToken
    )
    {
        TopicPassages passages = new(corpus);
        QuestionStream asked = new(passages, questions);
        QuestionWorkload workload = new([.. asked.Questions.Select(q => q.Text)]);
        // The prefixes are English and the passages are not: of the passages alone their words would be the rarest of all and outweigh every question. So the queries are counted too.
        HashedTfIdfEmbedder embedder = new(
            TermStatistics.Of(passages.Passages.Select(p => p.Text).Concat(workload.Variants().Select(v => v.Text)), cancellationToken)
        );
        Dictionary<string, int> rows = passages
            .Passages.Select((p, row) => (p.Id, row))
            .ToDictionary(p => p.Id, p => p.row, StringComparer.Ordinal);
        return new ProximityWorkload(
            workload,
            embedder,
            Fill(embedder, [.. passages.Passages.Select(p => (p.Id, p.Text))], cancellationToken),
            depth,
            [.. asked.Questions.Select(q => new HashSet<int> { rows[q.PassageId] })],
            threads,
            cancellationToken
        );
    }

    /// <summary>114 test and 5 development questions of econometrics; word frequencies of SQuAD and PubMed.</summary>
    public static async Task<ProximityWorkload> LoadMmluAsync(
        string mmlu,
        string squad,
        string pubmed,
        int depth,
        int threads,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<MultipleChoiceQuestion> questions =
        [
            .. await MmluFile.LoadAsync(Path.Combine(mmlu, "test", "econometrics_test.csv"), cancellationToken),
            .. await MmluFile.LoadAsync(Path.Combine(mmlu, "dev", "econometrics_dev.csv"), cancellationToken),
        ];
        IReadOnlyList<CorpusDocument> corpus = await BeirDataset.LoadCorpusAsync(
            Path.Combine(squad, "corpus.jsonl"),
            cancellationToken: cancellationToken
        );
        IReadOnlyList<CorpusDocument> more = await BeirDataset.LoadCorpusAsync(
            Path.Combine(pubmed, "corpus.jsonl"),
            cancellationToken: cancellationToken
        );
        HashedTfIdfEmbedder embedder = new(TermStatistics.Of(corpus.Concat(more).Select(d => d.TextToEmbed), cancellationToken));
        return new ProximityWorkload(
            new QuestionWorkload([.. questions.Select(q => q.WithAnswers)]),
            embedder,
            Fill(embedder, [.. corpus.Select(d => (d.Id, d.TextToEmbed))], cancellationToken),
            depth,
            [],
            threads,
            cancellationToken
        );
    }

    /// <summary>Questions of PubMedQA, which their own abstracts answer.</summary>
    public static async Task<ProximityWorkload> LoadPubMedAsync(
        string folder,
        IReadOnlyList<string>? ids,
        RandomStream choose,
        int count,
        int depth,
        int threads,
        CancellationToken cancellationToken
    )
    {
        BeirDataset pubmed = await BeirDataset.LoadAsync(folder, cancellationToken: cancellationToken);
        LabeledQuery[] all = [.. pubmed.Queries.Where(q => q.Id.StartsWith("pubmedqa-", StringComparison.Ordinal))];
        Dictionary<string, LabeledQuery> byId = all.ToDictionary(q => q.Id, StringComparer.Ordinal);
        LabeledQuery[] questions = ids is null
            ? [.. choose.Sample(all.Length, count).Select(i => all[i])]
            : [.. ids.Select(id => byId[$"pubmedqa-{id}"])];
        HashedTfIdfEmbedder embedder = new(TermStatistics.Of(pubmed.Documents.Select(d => d.TextToEmbed), cancellationToken));
        Dictionary<string, int> rows = pubmed
            .Documents.Select((d, row) => (d.Id, row))
            .ToDictionary(d => d.Id, d => d.row, StringComparer.Ordinal);
        return new ProximityWorkload(
            new QuestionWorkload([.. questions.Select(q => q.Text)]),
            embedder,
            Fill(embedder, [.. pubmed.Documents.Select(d => (d.Id, d.TextToEmbed))], cancellationToken),
            depth,
            [.. questions.Select(q => pubmed.Judgements[q.Id].Keys.Select(id => rows[id]).ToHashSet())],
            threads,
            cancellationToken
        );
    }

    private static FlatIndex Fill(
        HashedTfIdfEmbedder embedder,
        IReadOnlyList<(string Id, string Text)> documents,
        CancellationToken cancellationToken
    )
    {
        FlatIndex index = new(embedder.Dimension);
        float[] vector = new float[embedder.Dimension];
        foreach ((string id, string text) in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            embedder.Embed(text, vector);
            index.Add(id, vector);
        }
        return index;
    }
}
