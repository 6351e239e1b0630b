using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ResearchKit.Rag;

/// <summary>
/// Asks the sources a router chose, all at once, and merges what they find (arXiv:2502.19280, online phase). A source that fails or is too late is left out and named in
/// <see cref="RetrievalResult.PartialFailures"/>; if all that were asked fail, so does the search.
/// </summary>
public sealed class FederatedRetriever : IRetriever
{
    private readonly IReadOnlyList<IRetrievalSource> _sources;
    private readonly ISourceRouter _router;
    private readonly IResultMerger _merger;
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _time;
    private readonly string? _encoder;

    /// <summary>A federation.</summary>
    /// <param name="sources">The sources; their names differ.</param>
    /// <param name="router">Chooses among them.</param>
    /// <param name="merger">Merges; null: by score.</param>
    /// <param name="deadline">How long a source has; null: 300 s, as in the authors' code.</param>
    /// <param name="time">The clock of the deadline; null: the system's.</param>
    /// <exception cref="ArgumentException">There is no source, two have one name, a centroid has a value that is not finite, or sources of one encoder differ in dimension.</exception>
    public FederatedRetriever(
        IReadOnlyList<IRetrievalSource> sources,
        ISourceRouter router,
        IResultMerger? merger = null,
        TimeSpan? deadline = null,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(router);
        RouterFeatures.CheckSources([.. sources.Select(s => s.Profile)]);
        foreach (var encoder in sources.GroupBy(s => s.Profile.Encoder, StringComparer.Ordinal))
        {
            if (encoder.Select(s => s.Profile.Dimension).Distinct().Count() > 1)
            {
                throw new ArgumentException($"Sources of the encoder '{encoder.Key}' differ in dimension.", nameof(sources));
            }
        }
        _deadline = deadline ?? TimeSpan.FromSeconds(300);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_deadline, TimeSpan.Zero, nameof(deadline));
        (_sources, _router, _merger, _time) = (sources, router, merger ?? new ScoreMerger(), time ?? TimeProvider.System);
        string[] encoders = [.. sources.Select(s => s.Profile.Encoder).Distinct(StringComparer.Ordinal)];
        _encoder = encoders.Length == 1 ? encoders[0] : null;
    }

    /// <inheritdoc/>
    public VectorMetric? Metric => _sources.Select(s => s.Metric).Distinct().Count() == 1 ? _sources[0].Metric : null;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The sources have several encoders: give the query's embedding by each.</exception>
    public ValueTask<RetrievalResult> SearchAsync(ReadOnlyMemory<float> query, int k, CancellationToken ct = default) =>
        _encoder is null
            ? throw new InvalidOperationException("The sources have several encoders; give QueryEmbeddings, one embedding by each.")
            : SearchAsync(new QueryEmbeddings(_encoder, query), k, ct);

    /// <summary>Finds documents.</summary>
    /// <param name="query">The query, encoded by every source's encoder.</param>
    /// <param name="k">How many documents at most, of each source and in all.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="AggregateException">All sources that were asked failed.</exception>
    public async ValueTask<RetrievalResult> SearchAsync(QueryEmbeddings query, int k, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        List<SourceResult> results = [];
        List<SourceFailure> failures = [];
        List<Exception> errors = [];
        int asked = 0;
        await foreach (SourceAnswer answer in AskAsync(query, k, ct).ConfigureAwait(false))
        {
            asked++;
            if (answer.Result is { } result)
            {
                results.Add(result);
            }
            else
            {
                failures.Add(answer.Failure!);
                errors.Add(answer.Error!);
            }
        }
        if (asked == 0)
        {
            return RetrievalResult.Nothing($"The router '{_router.Name}' chose no source.");
        }
        if (results.Count == 0)
        {
            throw new AggregateException($"All {asked} sources that were asked failed.", errors);
        }
        return _merger.Merge(results, k) with { PartialFailures = [.. failures.OrderBy(f => f.Source, StringComparer.Ordinal)] };
    }

    /// <summary>Asks the chosen sources and gives each answer as it arrives.</summary>
    /// <param name="query">The query.</param>
    /// <param name="k">How many documents of each source.</param>
    /// <param name="ct">Cancels.</param>
    public async IAsyncEnumerable<SourceAnswer> AskAsync(
        QueryEmbeddings query,
        int k,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        RoutingDecision decision = await _router.RouteAsync(query, ct).ConfigureAwait(false);
        Dictionary<string, SourceScore> scores = decision.Scores.ToDictionary(s => s.Source, StringComparer.Ordinal);
        IRetrievalSource[] chosen = [.. _sources.Where(s => scores.TryGetValue(s.Profile.Name, out SourceScore score) && score.Chosen)];
        Channel<SourceAnswer> answers = Channel.CreateUnbounded<SourceAnswer>();
        foreach (IRetrievalSource source in chosen)
        {
            _ = AskOneAsync(source, scores[source.Profile.Name].Probability, query, k, answers.Writer, ct);
        }
        for (int i = 0; i < chosen.Length; i++)
        {
            yield return await answers.Reader.ReadAsync(ct).ConfigureAwait(false);
        }
    }

    private async Task AskOneAsync(
        IRetrievalSource source,
        double probability,
        QueryEmbeddings query,
        int k,
        ChannelWriter<SourceAnswer> answers,
        CancellationToken ct
    )
    {
        string name = source.Profile.Name;
        using CancellationTokenSource limit = new(_deadline, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            // On the pool, so that a source that computes before its first await does not hold up the others; left behind at its deadline if it does not stop itself.
            RetrievalResult result = await Task.Run(
                    async () => await source.SearchAsync(query.Of(source.Profile.Encoder), k, both.Token).ConfigureAwait(false),
                    both.Token
                )
                .WaitAsync(both.Token)
                .ConfigureAwait(false);
            answers.TryWrite(new SourceAnswer(name, new SourceResult(name, result.First(k), probability), null, null));
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            TimeoutException late = new($"The source {name} did not answer within {_deadline.TotalSeconds} s.", e);
            answers.TryWrite(new SourceAnswer(name, null, new SourceFailure(name, late.Message, TimedOut: true), late));
        }
#pragma warning disable CA1031 // whatever a source throws is that source's failure; it is reported by name
        catch (Exception e)
#pragma warning restore CA1031
        {
            answers.TryWrite(new SourceAnswer(name, null, new SourceFailure(name, e.Message, TimedOut: false), e));
        }
    }
}
