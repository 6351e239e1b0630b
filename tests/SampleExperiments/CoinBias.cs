using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.SampleExperiments;

/// <summary>Fast, deterministic, with claims of every verdict that needs no failure.</summary>
[Experiment("sample/coin-bias", Paper = "arXiv:0000.00000", Shows = "Fig. 1: share of heads of a biased coin")]
public sealed class CoinBias : Experiment<CoinBias.Options, CoinBias.Cell, CoinBias.Row>
{
    public sealed record Options : ExperimentOptions
    {
        [Description("Throws of one cell")]
        [Range(1, 1_000_000)]
        public int Throws { get; init; } = 2000;

        [Description("Probabilities of heads")]
        [PlanOnly]
        [MinLength(1)]
        public IReadOnlyList<double> Biases { get; init; } = [0.5, 0.8];
    }

    public sealed record Cell(double Bias, int Seed);

    public sealed record Row(double Share, int Heads);

    public override Options For(Scale scale) => new() { Throws = scale == Scale.Quick ? 2000 : 20_000 };

    public override IEnumerable<Cell> Plan(Options options) => options.Biases.SelectMany(b => options.Seeds.Select(s => new Cell(b, s)));

    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        RandomStream stream = context.Random("throws");
        int heads = 0;
        for (int i = 0; i < context.Options.Throws; i++)
        {
            heads += stream.NextBool(cell.Bias) ? 1 : 0;
        }

        await Task.CompletedTask;
        yield return new Row((double)heads / context.Options.Throws, heads);
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        [
            new Figure
            {
                Id = "share",
                Title = "Share of heads",
                Source = "Fig. 1",
                X = new Axis("bias"),
                Y = new Axis("share"),
                Series = [new Series("measured", SeriesKind.Scatter, [.. rows.Select(r => new SeriesPoint(r.Cell.Bias, r.Row.Share))])],
            },
        ];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        double[] fair = Shares(rows, 0.5);
        double[] biased = Shares(rows, 0.8);
        yield return Claim
            .Value("biased-share", "A coin of bias 0.8 shows heads in about four of five throws")
            .Published(0.8, "Table 1")
            .Accept(0.7, 0.9)
            .Because("binomial noise")
            .Measured(biased.Length == 0 ? null : Intervals.OfSeeds(biased, Bootstrap("biased-share")));
        yield return Claim
            .Ratio("biased-over-fair", "The biased coin shows more heads than the fair one")
            .Published(1.6, "abstract")
            .Accept(atLeast: 1.2)
            .Because("binomial noise")
            .Measured(
                fair.Length == 0 || fair.Length != biased.Length ? null : Intervals.PairedRatio(biased, fair, Bootstrap("biased-over-fair"))
            );
        yield return Claim
            .Value("full-only", "At scale Full the share is within one percent")
            .Published(0.8, "Table 1")
            .Accept(0.79, 0.81)
            .From(Scale.Full)
            .Measured(biased.Length == 0 ? null : Intervals.OfSeeds(biased, Bootstrap("biased-share")));
        yield return Claim
            .Value("on-real-coins", "Real coins show the same")
            .Published(0.51, "Section 5")
            .Accept(0.5, 0.52)
            .On(DataOrigin.Real)
            .Requires("data:mnist");
    }

    // A bootstrap draws from a stream of its own per claim: the same rows give the same digits.
    private static RandomStream Bootstrap(string claim) => RandomStream.Named("sample/coin-bias", claim, "bootstrap");

    private static double[] Shares(IReadOnlyList<Measured<Cell, Row>> rows, double bias) =>
        [.. rows.Where(r => r.Cell.Bias == bias).Select(r => r.Row.Share)];
}
