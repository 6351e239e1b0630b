using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>
/// Keeps a promise about a running cache: a sampled share of its hits is checked against the store, and the tolerance is lowered to the largest at which the share of right hits is above a
/// target with confidence. Not in the paper.
/// </summary>
/// <remarks>
/// A hit is right if at least <see cref="MinimumOverlap"/> of its documents are those of the store. Each audit keeps the distance of the hit and whether it was right; the tolerance in force is the largest audited
/// distance d at which the lower end of Wilson's interval over the audited hits up to d reaches the target. Until there are enough audits, the first tolerance holds. Safe for many threads.
/// </remarks>
public sealed class ToleranceAudit
{
    private readonly Lock _lock = new();
    private readonly RandomStream _sampling;
    private readonly List<(float Distance, bool Right)> _audits = [];
    private float _tolerance;

    /// <summary>An audit.</summary>
    /// <param name="tolerance">The largest tolerance; the cache's own.</param>
    /// <param name="sampling">Draws which hits are checked.</param>
    public ToleranceAudit(float tolerance, RandomStream sampling)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        (_tolerance, _sampling) = (ProximityCacheOptions.CheckTolerance(tolerance, nameof(tolerance)), sampling);
    }

    /// <summary>The share of hits that are checked, in (0, 1]. Default 0.05.</summary>
    public double SampleShare
    {
        get;
        init =>
            field = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(SampleShare), value, "A share: in (0, 1].");
    } = 0.05;

    /// <summary>The share of hits that has to be right, in (0, 1). Default 0.9.</summary>
    public double Target
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Target), value, "A share: in (0, 1).");
    } = 0.9;

    /// <summary>The share of the store's documents that a right hit returns at least, in (0, 1]. Default 0.8.</summary>
    public double MinimumOverlap
    {
        get;
        init =>
            field = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(MinimumOverlap), value, "A share: in (0, 1].");
    } = 0.8;

    /// <summary>Audits before the tolerance is touched, at least 1. Default 50.</summary>
    public int MinimumAudits
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MinimumAudits), value, "At least 1.");
    } = 50;

    /// <summary>The last audits that count, at least as many as are needed first: older ones are forgotten. Default 2000.</summary>
    public int Window
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Window), value, "At least 1.");
    } = 2000;

    /// <summary>The tolerance in force.</summary>
    public float Tolerance
    {
        get
        {
            lock (_lock)
            {
                return _tolerance;
            }
        }
    }

    /// <summary>The share of right hits among the audited ones within the tolerance in force, with its interval; null before the first.</summary>
    public Estimate? RightHits
    {
        get
        {
            lock (_lock)
            {
                int all = _audits.Count(a => a.Distance <= _tolerance);
                return all == 0 ? null : Intervals.Wilson(_audits.Count(a => a.Distance <= _tolerance && a.Right), all);
            }
        }
    }

    /// <summary>Whether this hit is to be checked.</summary>
    public bool Samples()
    {
        lock (_lock)
        {
            return _sampling.NextBool(SampleShare);
        }
    }

    /// <summary>Takes a checked hit into account.</summary>
    /// <param name="distance">The hit's distance.</param>
    /// <param name="returned">Its documents.</param>
    /// <param name="exact">The store's documents.</param>
    /// <param name="k">How many count.</param>
    public void Record(float distance, IReadOnlyList<string> returned, IReadOnlyList<string> exact, int k)
    {
        bool right = exact.Count == 0 || RetrievalMetrics.OverlapAtK(returned, exact, k) >= MinimumOverlap;
        lock (_lock)
        {
            if (_audits.Count >= Math.Max(Window, MinimumAudits))
            {
                _audits.RemoveAt(0);
            }
            _audits.Add((distance, right));
            if (_audits.Count >= MinimumAudits)
            {
                _tolerance = Math.Min(_tolerance, Supported());
            }
        }
    }

    private float Supported()
    {
        float supported = 0;
        int right = 0;
        int all = 0;
        foreach ((float distance, bool isRight) in _audits.OrderBy(a => a.Distance))
        {
            all++;
            right += isRight ? 1 : 0;
            supported = Intervals.Wilson(right, all).Low >= Target ? distance : supported;
        }
        return supported;
    }
}
