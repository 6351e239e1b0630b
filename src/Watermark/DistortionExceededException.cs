using System.Globalization;

namespace ResearchKit.Watermark;

/// <summary>The mark would flip more than half of all pairs, or more than <see cref="FfgOptions.MaxDistortion"/> allows. The graph was not changed.</summary>
/// <param name="flips">The flips predicted or found.</param>
/// <param name="limit">The most that is allowed.</param>
/// <param name="because">What sets the limit.</param>
public sealed class DistortionExceededException(long flips, long limit, string because)
    : ResearchKitException(
        WatermarkErrors.DistortionExceeded,
        string.Create(CultureInfo.InvariantCulture, $"The mark would flip {flips} node pairs; {because} allows {limit}."),
        "Lower the strength (Sigma, FlipRate or Budget), or raise MaxDistortion."
    )
{
    /// <summary>The flips predicted or found.</summary>
    public long Flips { get; } = flips;

    /// <summary>The most that is allowed.</summary>
    public long Limit { get; } = limit;
}
