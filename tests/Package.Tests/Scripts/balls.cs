#!/usr/bin/env dotnet
#:package ResearchKit@0.1.0
#:property PublishAot=false

// Balls are thrown into bins: how much does it help to look at two bins and take the emptier one?
using System.ComponentModel;
using System.Runtime.CompilerServices;
using ResearchKit.Cli;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

return await ResearchKitApp.CreateBuilder(args).UseName("balls.cs").AddExperiments(all => all.Add<MaximumLoad>()).Build().RunAsync();

public sealed record Options : ExperimentOptions
{
    [Description("Bins, and balls")]
    public int Bins { get; init; } = 10_000;
}

public sealed record Cell(int Choices, int Seed);

public sealed record Row(int FullestBin);

[Experiment("balls/maximum-load", Paper = "doi:10.1137/S0097539795288490", Shows = "The fullest of n bins after n throws")]
public sealed class MaximumLoad : Experiment<Options, Cell, Row>
{
    public override Options For(Scale scale) => new() { Seeds = [1, 2, 3, 4, 5] };

    public override IEnumerable<Cell> Plan(Options options) =>
        from choices in new[] { 1, 2, 3 }
        from seed in options.Seeds
        select new Cell(choices, seed);

    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken stop
    )
    {
        await Task.Yield();
        RandomStream stream = context.Random("throws");
        int[] load = new int[context.Options.Bins];
        foreach (int _ in load)
            load[Enumerable.Range(0, cell.Choices).Select(_ => stream.NextInt(load.Length)).MinBy(bin => load[bin])]++;
        yield return new Row(load.Max());
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        [
            new()
            {
                Id = "maximum-load",
                Title = "The fullest bin",
                X = new("choices"),
                Y = new("balls in the fullest bin"),
                Series = [new("greedy", SeriesKind.Scatter, [.. rows.Select(r => new SeriesPoint(r.Cell.Choices, r.Row.FullestBin))])],
            },
        ];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        double[] Of(int choices) =>
            [.. rows.Where(r => r.Cell.Choices == choices).OrderBy(r => r.Cell.Seed).Select(r => (double)r.Row.FullestBin)];
        Estimate? ratio = rows.Count == 0 ? null : Intervals.PairedRatio(Of(1), Of(2), RandomStream.Named("balls", "ratio"));
        yield return Claim
            .Ratio("one-over-two", "One choice over two")
            .StatedWithoutNumber("abstract")
            .Accept(atLeast: 1.5)
            .Measured(ratio);
    }
}
