using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>How much an experiment is at one scale.</summary>
/// <param name="Cells">The number of cells.</param>
/// <param name="Seconds">The time for all of them, one after another, by the hint on the cell record; null without one.</param>
internal sealed record ScaleEstimate(int Cells, double? Seconds)
{
    internal static ScaleEstimate Of(Experiment experiment, Scale scale)
    {
        double? seconds = 0;
        int cells = 0;
        foreach (object cell in experiment.Cells(experiment.OptionsFor(scale)))
        {
            cells++;
            seconds += CellTraits.Of(cell).Duration?.TotalSeconds;
        }

        return new ScaleEstimate(cells, cells > 0 ? seconds : null);
    }

    public override string ToString() => Seconds is { } s ? $"{Cells} ({Numbers.Duration(TimeSpan.FromSeconds(s))})" : $"{Cells}";
}
