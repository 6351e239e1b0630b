using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace MyExperiments;

/// <summary>
/// Balls are thrown into bins. Whoever looks at two random bins and takes the emptier one ends with a much smaller fullest bin
/// than whoever takes the first (Azar, Broder, Karlin, Upfal: Balanced allocations).
/// </summary>
[Experiment("balls/maximum-load", Paper = "doi:10.1137/S0097539795288490", Shows = "The fullest of n bins after n throws")]
public sealed class MaximumLoad : Experiment<MaximumLoad.Options, MaximumLoad.Cell, MaximumLoad.Row>
{
    public sealed record Options : ExperimentOptions
    {
        [Description("Bins, and balls")]
        [Range(16, 10_000_000)]
        public int Bins { get; init; }

        [Description("How many bins each ball looks at")]
        [PlanOnly]
        [MinLength(1)]
        public IReadOnlyList<int> Choices { get; init; } = [1, 2, 3];
    }

    public sealed record Cell(int Choices, int Seed);

    public sealed record Row(int FullestBin);

    public override Options For(Scale scale) =>
        scale switch
        {
            Scale.Quick => new Options { Bins = 10_000 },
            Scale.Full => new Options { Bins = 1_000_000, Seeds = [.. Enumerable.Range(1, 20)] },
            _ => new Options { Bins = 10_000_000, Seeds = [.. Enumerable.Range(1, 20)] },
        };

    public override IEnumerable<Cell> Plan(Options options) =>
        options.Choices.SelectMany(choices => options.Seeds.Select(seed => new Cell(choices, seed)));

    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return await Task.Run(() => Throw(cell, context, cancellationToken), cancellationToken);
    }

    private static Row Throw(Cell cell, CellContext<Options> context, CancellationToken cancellationToken)
    {
        RandomStream stream = context.Random("throws");
        int[] load = new int[context.Options.Bins];
        for (int ball = 0; ball < load.Length; ball++)
        {
            if (ball % 100_000 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            int best = stream.NextInt(load.Length);
            for (int look = 1; look < cell.Choices; look++)
            {
                int other = stream.NextInt(load.Length);
                best = load[other] < load[best] ? other : best;
            }

            load[best]++;
        }

        return new Row(load.Max());
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        [
            new Figure
            {
                Id = "maximum-load",
                Title = "The fullest bin",
                Caption = "A second choice helps much, a third little.",
                X = new Axis("choices"),
                Y = new Axis("balls in the fullest bin"),
                Series =
                [
                    new Series("greedy", SeriesKind.Scatter, [.. rows.Select(r => new SeriesPoint(r.Cell.Choices, r.Row.FullestBin))]),
                ],
            },
        ];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Ratio("one-over-two", "With one choice the fullest bin holds more balls than with two")
            .StatedWithoutNumber("abstract: ln n / ln ln n against ln ln n / ln 2")
            .Accept(atLeast: 1.5)
            .Because("10,000 bins; the terms of lower order are not known")
            .Measured(OneOverTwo(rows));
    }

    private static Estimate? OneOverTwo(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        double[] one = FullestBins(rows, choices: 1);
        double[] two = FullestBins(rows, choices: 2);
        return one.Length == two.Length && one.Length > 0
            ? Intervals.PairedRatio(one, two, RandomStream.Named("balls/maximum-load", "one-over-two", "bootstrap"))
            : null;
    }

    private static double[] FullestBins(IReadOnlyList<Measured<Cell, Row>> rows, int choices) =>
        [.. rows.Where(r => r.Cell.Choices == choices).OrderBy(r => r.Cell.Seed).Select(r => (double)r.Row.FullestBin)];
}
