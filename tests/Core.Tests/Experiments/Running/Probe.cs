using System.Runtime.CompilerServices;
using ResearchKit.Experiments;

namespace ResearchKit.Core.Tests.Experiments;

public sealed record ProbeOptions : ExperimentOptions
{
    public int Factor { get; init; } = 2;
}

public sealed record ProbeCell(int Seed) : ICellNeeds
{
    /// <summary>Seed 13 needs a data set, so that a test can take it away.</summary>
    public IEnumerable<string> Needs() => Seed == 13 ? ["data:unlucky"] : [];
}

public sealed record ProbeRow(int Value);

/// <summary>An experiment whose every part a test can replace: cells that throw, wait, differ; drawing and judging that fail.</summary>
[Experiment("test/probe", Paper = "none", Shows = "Whatever a test needs")]
public sealed class Probe : Experiment<ProbeOptions, ProbeCell, ProbeRow>
{
    public Func<IEnumerable<int>>? Seeds { get; init; }

    public Func<ProbeCell, CellContext<ProbeOptions>, CancellationToken, Task<int>> Measure { get; set; } =
        (cell, context, _) => Task.FromResult(cell.Seed * context.Options.Factor);

    public Func<IReadOnlyList<Measured<ProbeCell, ProbeRow>>, IEnumerable<Figure>> OnDraw { get; set; } = _ => [];

    public Func<IReadOnlyList<Measured<ProbeCell, ProbeRow>>, IEnumerable<Claim>> OnJudge { get; set; } = _ => [];

    public override ProbeOptions For(Scale scale) => new();

    public override IEnumerable<ProbeCell> Plan(ProbeOptions options) => (Seeds?.Invoke() ?? options.Seeds).Select(s => new ProbeCell(s));

    public override async IAsyncEnumerable<ProbeRow> MeasureAsync(
        ProbeCell cell,
        CellContext<ProbeOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return new ProbeRow(-cell.Seed);
        yield return new ProbeRow(await Measure(cell, context, cancellationToken));
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<ProbeCell, ProbeRow>> rows) => OnDraw(rows);

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<ProbeCell, ProbeRow>> rows) => OnJudge(rows);
}

[Timing]
public sealed record TimedCell(int Seed);

/// <summary>Timing cells: they run alone, and two measurements of one cell are repeats.</summary>
[Experiment("test/timed", Paper = "none", Shows = "Times")]
public sealed class TimedGrid : Experiment<ProbeOptions, TimedCell, ProbeRow>
{
    private int value;
    private int running;

    public int MostAtOnce { get; private set; }

    public override ProbeOptions For(Scale scale) => new();

    public override IEnumerable<TimedCell> Plan(ProbeOptions options) => options.Seeds.Select(s => new TimedCell(s));

    public override async IAsyncEnumerable<ProbeRow> MeasureAsync(
        TimedCell cell,
        CellContext<ProbeOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref running));
        await Task.Yield();
        yield return new ProbeRow(Interlocked.Increment(ref value));
        Interlocked.Decrement(ref running);
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<TimedCell, ProbeRow>> rows) => [];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<TimedCell, ProbeRow>> rows) => [];
}

public sealed record RepeatingRow(int Seed);

[Experiment("test/repeating", Paper = "none", Shows = "A row with a column of its cell")]
public sealed class RepeatingExperiment : Experiment<ExperimentOptions, ProbeCell, RepeatingRow>
{
    public override ExperimentOptions For(Scale scale) => new();

    public override IEnumerable<ProbeCell> Plan(ExperimentOptions options) => [new ProbeCell(1)];

    public override async IAsyncEnumerable<RepeatingRow> MeasureAsync(
        ProbeCell cell,
        CellContext<ExperimentOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        yield return new RepeatingRow(1);
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<ProbeCell, RepeatingRow>> rows) => [];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<ProbeCell, RepeatingRow>> rows) => [];
}
