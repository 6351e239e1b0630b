using ResearchKit.Experiments;
using ResearchKit.Moe;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>Throughput over skew, a line a system, with the published values where they are of the same definition of skew.</summary>
internal static class SkewFigure
{
    /// <summary>Draws.</summary>
    /// <param name="id">The figure's id.</param>
    /// <param name="title">Its title.</param>
    /// <param name="caption">Its caption.</param>
    /// <param name="definition">The definition of skew; the published values are of <c>gini</c>.</param>
    /// <param name="rows">Skew and what was simulated at it.</param>
    /// <param name="own">The user's own schedulers, marked as not in the paper.</param>
    public static Figure Of(
        string id,
        string title,
        string caption,
        string definition,
        IReadOnlyList<(double Skew, SimulatedRow Row)> rows,
        IReadOnlyList<ITokenScheduler>? own
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Caption = caption,
            X = new Axis("router skew"),
            Y = new Axis("throughput", "sequences/s") { Minimum = 0 },
            Series =
            [
                .. rows.GroupBy(r => r.Row.System)
                    .Select(system => new Series(
                        system.Key,
                        SeriesKind.Line,
                        [
                            .. system
                                .GroupBy(r => r.Skew)
                                .OrderBy(g => g.Key)
                                .Select(g => HarmoenyClaims.Point(g.Key, [.. g.Select(r => r.Row.SequencesPerSecond)])),
                        ]
                    )
                    {
                        NotInPaper = own?.Any(o => o.Name == system.Key) ?? false,
                    }),
            ],
            Marks =
            [
                .. rows.Where(r => !double.IsNaN(r.Row.PublishedPerSecond) && definition == "gini")
                    .DistinctBy(r => (r.Row.System, r.Skew))
                    .Select(r => new ReferenceMark(r.Skew, r.Row.PublishedPerSecond, $"paper, {r.Row.System}") { System = r.Row.System }),
            ],
            Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
        };
}
