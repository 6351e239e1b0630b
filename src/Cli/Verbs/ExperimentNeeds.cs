using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>What an experiment needs of the machine.</summary>
internal static class ExperimentNeeds
{
    /// <summary>What some cell at some scale, or some claim, needs.</summary>
    internal static IReadOnlyList<string> Of(Experiment experiment, params ReadOnlySpan<Scale> scales)
    {
        SortedSet<string> needs = new(StringComparer.Ordinal);
        foreach (Scale scale in scales)
        {
            needs.UnionWith(experiment.Cells(experiment.OptionsFor(scale)).SelectMany(CellTraits.NeedsOf));
        }

        return [.. needs];
    }

    /// <summary>What cells and claims need at any scale.</summary>
    internal static IReadOnlyList<string> OfAll(Experiment experiment) =>
        [
            .. Of(experiment, Scale.Quick, Scale.Full, Scale.Paper)
                .Concat(experiment.Claims().SelectMany(c => c.Needs))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
}
