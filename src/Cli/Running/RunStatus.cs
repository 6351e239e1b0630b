using System.Text.Json.Nodes;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>How one run stands.</summary>
internal sealed record RunStatus
{
    public required string Experiment { get; init; }

    public required string RunId { get; init; }

    public required RunOutcome State { get; init; }

    public int Done { get; init; }

    /// <summary>Cells in the hands of writers that are alive.</summary>
    public int Running { get; init; }

    public int Failed { get; init; }

    public int Missing { get; init; }

    public int Skipped { get; init; }

    /// <summary>By the medians of the finished cells of each system and the writers alive; null if nothing is running or known.</summary>
    public double? SecondsLeft { get; init; }

    public IReadOnlyList<WriterStatus> Writers { get; init; } = [];

    public IReadOnlyList<SystemPace> Systems { get; init; } = [];

    /// <summary>Why the cells could not be counted: this application does not know the experiment, or its plan.</summary>
    public string? Problem { get; init; }

    internal static async Task<RunStatus> ReadAsync(VerbContext context, Run run, CancellationToken cancellationToken)
    {
        RunStatus status = new()
        {
            Experiment = run.Manifest.Experiment,
            RunId = run.Id,
            State = run.Manifest.State,
        };
        if (!context.Experiments.All.Any(e => e.Id == run.Manifest.Experiment))
        {
            return status with { Problem = "not an experiment of this application" };
        }

        try
        {
            Experiment experiment = context.Experiments.Create(run.Manifest.Experiment);
            return status.With(await RunState.ReadAsync(run, experiment, cancellationToken: cancellationToken), context);
        }
        catch (ResearchKitException e)
        {
            // One run that cannot be read does not hide the others.
            return status with { Problem = $"{e.Code}: {e.Message}" };
        }
    }

    private RunStatus With(RunState state, VerbContext context)
    {
        ApplicationResources resources = new(context.Catalog(), context.Name);
        WriterStatus[] writers = [.. state.Writers.Select(w => WriterStatus.Of(w, context.Clock.GetUtcNow()))];
        HashSet<string> inHand = [.. state.Writers.Zip(writers).Where(w => w.Second.IsAlive).SelectMany(w => w.First.Unfinished)];
        CellResult[] open = [.. state.Cells.Where(c => c.State is CellState.Missing or CellState.Damaged or CellState.Failed)];
        CellResult[] skipped =
        [
            .. open.Where(c => CellTraits.NeedsOf(state.Plan.Cells[c.Index].Cell).Any(n => resources.WhyMissing(n) is not null)),
        ];
        CellResult[] left = [.. open.Except(skipped)];
        SystemPace[] systems = Paces(state.Cells.Where(c => c.State == CellState.Done), left);
        int alive = writers.Count(w => w.IsAlive);
        int atOnce = Math.Max(inHand.Count, 1);
        return this with
        {
            Done = state.Cells.Count(c => c.State == CellState.Done),
            Running = left.Count(c => inHand.Contains(c.Key)),
            Failed = left.Count(c => c.State == CellState.Failed && !inHand.Contains(c.Key)),
            Missing = left.Count(c => c.State != CellState.Failed && !inHand.Contains(c.Key)),
            Skipped = skipped.Length,
            SecondsLeft =
                alive > 0 && left.Length > 0 && systems.Any(s => s.Done > 0) ? systems.Sum(s => s.Open * s.MedianMs) / 1000 / atOnce : null,
            Writers = writers,
            Systems = systems,
            // A process that was killed leaves "running" behind.
            State = State == RunOutcome.Running && alive == 0 ? RunOutcome.Incomplete : State,
        };
    }

    private static SystemPace[] Paces(IEnumerable<CellResult> done, IReadOnlyList<CellResult> left)
    {
        ILookup<string, double> times = done.ToLookup(c => SystemOf(c.Cell), c => c.Milliseconds ?? 0);
        double overall = Median(times.SelectMany(g => g));
        return
        [
            .. times
                .Select(g => g.Key)
                .Union(left.Select(c => SystemOf(c.Cell)))
                .Order(StringComparer.Ordinal)
                .Select(s => new SystemPace(
                    s,
                    times[s].Count(),
                    left.Count(c => SystemOf(c.Cell) == s),
                    times.Contains(s) ? Median(times[s]) : overall
                )),
        ];
    }

    private static string SystemOf(string cell) => JsonNode.Parse(cell)?["System"]?.ToString() ?? "all cells";

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>How fast the cells of one system are.</summary>
/// <param name="System">The value of the cells' System property.</param>
/// <param name="Done">Finished cells.</param>
/// <param name="Open">Cells still to be measured.</param>
/// <param name="MedianMs">The median duration of the finished ones.</param>
internal sealed record SystemPace(string System, int Done, int Open, double MedianMs);
