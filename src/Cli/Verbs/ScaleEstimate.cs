using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>How much an experiment is at one scale.</summary>
/// <param name="Cells">The number of cells.</param>
/// <param name="Seconds">The time for all of them, one after another, by the hint on the cell record; null without one.</param>
internal sealed record ScaleEstimate(int Cells, double? Seconds)
{
    internal static ScaleEstimate Of(Experiment experiment, Scale scale)
    {
        int cells = experiment.Cells(experiment.OptionsFor(scale)).Count();
        return new ScaleEstimate(cells, CellTraits.Of(experiment).Duration?.TotalSeconds * cells);
    }

    public override string ToString() => Seconds is { } s ? $"{Cells} ({Numbers.Duration(TimeSpan.FromSeconds(s))})" : $"{Cells}";
}
