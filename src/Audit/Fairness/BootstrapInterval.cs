using ResearchKit.Metrics;

namespace ResearchKit.Audit;

/// <summary>An interval by resampling.</summary>
/// <param name="Interval">Value and ends.</param>
/// <param name="Resamples">The resamples drawn.</param>
/// <param name="Undefined">Those on which the statistic was not a number, for example as a group had vanished; they do not count.</param>
public sealed record BootstrapInterval(Estimate Interval, int Resamples, int Undefined);
