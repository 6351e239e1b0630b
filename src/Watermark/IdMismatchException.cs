using System.Globalization;

namespace ResearchKit.Watermark;

/// <summary>Fewer than one node in ten has an id that both graphs know, so their nodes cannot be aligned.</summary>
/// <param name="report">How many ids are common, and how many only in one graph.</param>
public sealed class IdMismatchException(IdReport report)
    : ResearchKitException(
        WatermarkErrors.IdMismatch,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Only {report.Common} node ids are in both graphs ({report.OnlyInOriginal} only in the original, {report.OnlyInSuspect} only in the suspect)."
        ),
        "Give the suspect graph with the node ids of the original: detection needs them for at least a tenth of the smaller graph."
    )
{
    /// <summary>How many ids are common, and how many only in one graph.</summary>
    public IdReport Report { get; } = report;
}
