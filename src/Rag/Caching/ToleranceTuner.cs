using System.Globalization;
using ResearchKit.Metrics;

namespace ResearchKit.Rag;

/// <summary>
/// Recommends a tolerance from a log of one's own queries: the log is sent through the cache in its order, each hit is checked against an exact search, and the largest tolerance is taken at which
/// the share of false hits is below a limit with confidence. Where the log cannot show that, there is no recommendation.
/// </summary>
/// <remarks>
/// A hit is false if fewer than <see cref="MinimumOverlap"/> of its k documents are those of the exact search. Each candidate tolerance is tested by the upper end of Clopper and
/// Pearson's exact interval, at a level divided by the number of candidates: the recommendation keeps the confidence whichever of them is taken.
/// </remarks>
public sealed class ToleranceTuner
{
    /// <summary>The largest share of hits that may be false, in (0, 1).</summary>
    public required double FalseHitLimit
    {
        get;
        init =>
            field = value is > 0 and < 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(FalseHitLimit), value, "A share: in (0, 1).");
    }

    /// <summary>k, the documents of a query. Default 10.</summary>
    public int K
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(K), value, "At least 1.");
    } = 10;

    /// <summary>The share of the exact documents that a right hit returns at least, in (0, 1]. Default 0.8.</summary>
    public double MinimumOverlap
    {
        get;
        init =>
            field = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(MinimumOverlap), value, "A share: in (0, 1].");
    } = 0.8;

    /// <summary>The confidence with which the limit is kept, in (0.5, 1). Default 0.95.</summary>
    public double Confidence
    {
        get;
        init => field = value is > 0.5 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Confidence), value, "In (0.5, 1).");
    } = 0.95;

    /// <summary>The cache that is to be tuned; its tolerance does not matter.</summary>
    public required ProximityCacheOptions Cache { get; init; }

    /// <summary>How many candidate tolerances are tried: quantiles of the distances from a query to the nearest one before it. Default 20.</summary>
    public int Candidates
    {
        get;
        init => field = value is >= 1 and <= 1000 ? value : throw new ArgumentOutOfRangeException(nameof(Candidates), value, "1 to 1000.");
    } = 20;

    /// <summary>Recommends a tolerance.</summary>
    /// <param name="queries">The embeddings of the log, in its order.</param>
    /// <param name="index">The store; compared exactly if it is a <see cref="FlatIndex"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidOperationException">Cache and store differ in their metric.</exception>
    /// <exception cref="ResearchKitException">RK6202: no tolerance is supported; the message says why.</exception>
    public ToleranceRecommendation Recommend(
        IReadOnlyList<float[]> queries,
        IVectorIndex index,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(index);
        if (index.Metric != Cache.Metric)
        {
            throw new InvalidOperationException($"The store compares by {index.Metric}, the cache by {Cache.Metric}.");
        }
        string[][] exact = [.. queries.Select(q => Found(index, q, cancellationToken))];
        ToleranceRecommendation? best = null;
        string? refused = null;
        foreach (float tolerance in CandidateTolerances(queries, cancellationToken))
        {
            (int hits, int wrong) = Replay(queries, exact, tolerance, cancellationToken);
            double upper = UpperEnd(wrong, hits);
            if (hits > 0 && upper <= FalseHitLimit)
            {
                best = new ToleranceRecommendation(
                    tolerance,
                    Intervals.Wilson(hits, queries.Count, Confidence),
                    Intervals.Wilson(wrong, hits, Confidence),
                    hits,
                    queries.Count
                );
            }
            else if (refused is null && hits > 0 && (double)wrong / hits > FalseHitLimit)
            {
                refused = string.Create(
                    CultureInfo.InvariantCulture,
                    $"at tau = {tolerance:0.####} {wrong} of {hits} hits are false, above the limit of {FalseHitLimit:0.####}"
                );
            }
        }
        return best
            ?? throw new ResearchKitException(
                RagErrors.ToleranceUnsupported,
                $"The log of {queries.Count} queries supports no tolerance: {refused ?? $"too few of them repeat to show a share of false hits below {FalseHitLimit.ToString(CultureInfo.InvariantCulture)}, which takes at least {HitsNeeded()} right hits"}.",
                "Give a longer log, or accept a larger share of false hits; a tolerance of 0 answers exact repetitions only and needs no log."
            );
    }

    /// <summary>The right hits it takes at least: with none false, 1 - level^(1/n) is at most the limit.</summary>
    public int HitsNeeded() => (int)Math.Ceiling(Math.Log(Level) / Math.Log(1 - FalseHitLimit));

    private double Level => (1 - Confidence) / Candidates;

    private string[] Found(IVectorIndex index, float[] query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return [.. index.Search(query, K).Ids];
    }

    private IEnumerable<float> CandidateTolerances(IReadOnlyList<float[]> queries, CancellationToken cancellationToken)
    {
        List<double> distances = [];
        for (int i = 1; i < queries.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float nearest = float.PositiveInfinity;
            for (int j = Math.Max(0, i - Cache.Capacity); j < i; j++)
            {
                nearest = Math.Min(nearest, VectorDistance.Of(Cache.Metric, queries[i], queries[j]));
            }
            distances.Add(Math.Max(0, nearest));
        }
        return distances.Count == 0
            ? []
            : Enumerable.Range(1, Candidates).Select(c => (float)Quantiles.Of([.. distances], (double)c / Candidates)).Distinct();
    }

    private (int Hits, int Wrong) Replay(
        IReadOnlyList<float[]> queries,
        string[][] exact,
        float tolerance,
        CancellationToken cancellationToken
    )
    {
        FlatProximityCache<int> cache = new(Cache with { Tolerance = tolerance });
        (int hits, int wrong) = (0, 0);
        for (int i = 0; i < queries.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (cache.TryGet(queries[i], out CacheHit<int> hit))
            {
                hits++;
                wrong += RetrievalMetrics.OverlapAtK(exact[hit.Value], exact[i], K) < MinimumOverlap ? 1 : 0;
            }
            else
            {
                cache.Add(queries[i], i);
            }
        }
        return (hits, wrong);
    }

    // The p at which so few false hits would be seen with the probability of the level.
    private double UpperEnd(int wrong, int hits)
    {
        if (hits == 0 || wrong == hits)
        {
            return 1;
        }
        (double low, double high) = (0, 1);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = BinomialTail.AtMost(wrong, hits, middle) > Level ? (middle, high) : (low, middle);
        }
        return high;
    }
}
