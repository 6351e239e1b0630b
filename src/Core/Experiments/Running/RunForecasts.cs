namespace ResearchKit.Experiments;

/// <summary>Adds up what cells are expected to take.</summary>
internal static class RunForecasts
{
    /// <summary>The time of the cells that would be measured: shared ones beside one another, the others one after another; unknown cells as the mean of the known ones.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="jobs">How many at once.</param>
    internal static TimeSpan? Total(IEnumerable<CellForecast> cells, int jobs)
    {
        CellForecast[] open = [.. cells.Where(c => c.State is not (CellState.Done or CellState.Skipped))];
        double[] known = [.. open.Select(c => c.Expected).OfType<TimeSpan>().Select(t => t.TotalSeconds)];
        if (open.Length == 0)
        {
            return TimeSpan.Zero;
        }

        if (known.Length == 0)
        {
            return null;
        }

        double mean = known.Average();
        double[] shared = [.. open.Where(c => !CellTraits.Of(c.Cell.Cell).RunsAlone).Select(Seconds)];
        double alone = open.Where(c => CellTraits.Of(c.Cell.Cell).RunsAlone).Sum(Seconds);
        double together = shared.Length == 0 ? 0 : Math.Max(shared.Sum() / Math.Min(jobs, shared.Length), shared.Max());
        return TimeSpan.FromSeconds(together + alone);

        double Seconds(CellForecast cell) => cell.Expected?.TotalSeconds ?? mean;
    }
}
