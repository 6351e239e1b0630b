using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>
/// What n ecosystems must write and keep up: a bridge for each ordered pair, or one adapter each. Ecosystems make breaking releases at random moments; each breaks every bridge it is an end of, or its one adapter.
/// </summary>
[Experiment("woa/adapter-growth", Paper = "arXiv:2505.21550", Shows = "Bridges and adapters by the number of ecosystems")]
public sealed class AdapterGrowth : Experiment<AdapterGrowth.Options, AdapterGrowth.Cell, AdapterGrowth.Row>
{
    private const string NotInPaper = "argued in words, without numbers";

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The numbers of ecosystems.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the numbers of ecosystems")]
        public IReadOnlyList<int> Ecosystems { get; init; } = [1, 2, 3, 5, 8, 10, 20, 50];

        /// <summary>Breaking releases of an ecosystem in a year.</summary>
        [Range(0.01, 100)]
        [Description("breaking releases of an ecosystem in a year")]
        public double ReleasesPerYear { get; init; } = 2;

        /// <summary>Years.</summary>
        [Range(1, 1000)]
        [Description("years that are simulated")]
        public int Years { get; init; } = 20;
    }

    /// <summary>So many ecosystems.</summary>
    /// <param name="Ecosystems">n.</param>
    /// <param name="Seed">The seed of the releases.</param>
    public sealed record Cell(int Ecosystems, int Seed);

    /// <summary>What they write and mend.</summary>
    /// <param name="DirectedBridges">Bridges, one for each ordered pair.</param>
    /// <param name="UndirectedBridges">Bridges, one for each pair.</param>
    /// <param name="Adapters">Adapters with a common layer.</param>
    /// <param name="EditsOfBridgesPerYear">Bridges mended in a year.</param>
    /// <param name="EditsOfAdaptersPerYear">Adapters mended in a year.</param>
    public sealed record Row(
        int DirectedBridges,
        int UndirectedBridges,
        int Adapters,
        double EditsOfBridgesPerYear,
        double EditsOfAdaptersPerYear
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) => new() { Seeds = [1, 2, 3, 4, 5] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from n in options.Ecosystems
        from seed in options.Seeds
        select new Cell(n, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        cancellationToken.ThrowIfCancellationRequested();
        // Every ordered pair is built and counted; nothing is taken from a formula.
        List<(int From, int To)> bridges =
        [
            .. from a in Enumerable.Range(0, cell.Ecosystems) from b in Enumerable.Range(0, cell.Ecosystems) where a != b select (a, b),
        ];
        RandomStream stream = context.Random("releases");
        long ofBridges = 0;
        long ofAdapters = 0;
        for (int ecosystem = 0; ecosystem < cell.Ecosystems; ecosystem++)
        {
            int releases = Distributions.Poisson(stream, context.Options.ReleasesPerYear * context.Options.Years);
            ofBridges += (long)releases * bridges.Count(b => b.From == ecosystem || b.To == ecosystem);
            ofAdapters += releases;
        }
        yield return new Row(
            bridges.Count,
            bridges.Count(b => b.From < b.To),
            cell.Ecosystems,
            (double)ofBridges / context.Options.Years,
            (double)ofAdapters / context.Options.Years
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "adapters",
            Title = "What n ecosystems write",
            Caption = "A bridge for each ordered pair against one adapter each. Not a figure of the paper.",
            X = new Axis("Ecosystems"),
            Y = new Axis("To write") { Scale = AxisScale.Log },
            Series = [Line("bridges, ordered pairs", r => r.DirectedBridges), Line("adapters", r => r.Adapters)],
        };
        yield return new Figure
        {
            Id = "maintenance",
            Title = "What n ecosystems mend in a year",
            Caption = "Breaking releases are random (Poisson), two a year. Not a figure of the paper.",
            X = new Axis("Ecosystems"),
            Y = new Axis("Edits", "1/year") { Scale = AxisScale.Log },
            Series = [Line("bridges", r => r.EditsOfBridgesPerYear), Line("adapters", r => r.EditsOfAdaptersPerYear)],
        };

        Series Line(string name, Func<Row, double> of) =>
            new(
                name,
                SeriesKind.Line,
                [
                    .. rows.Where(r => r.Cell.Ecosystems > 1)
                        .GroupBy(r => r.Cell.Ecosystems)
                        .OrderBy(g => g.Key)
                        .Select(g => new SeriesPoint(g.Key, g.Average(r => of(r.Row)))),
                ]
            );
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Exact("counts", "Bridges and adapters counted pair by pair, differences from n(n-1), n(n-1)/2 and n")
            .StatedWithoutNumber(NotInPaper)
            .Because("a count against a formula")
            .Measured(
                rows.Count == 0
                    ? null
                    : Exactly(
                        rows.Count(r =>
                            r.Cell.Ecosystems is var n
                            && (r.Row.DirectedBridges != n * (n - 1) || r.Row.UndirectedBridges != n * (n - 1) / 2 || r.Row.Adapters != n)
                        )
                    )
            );
        double[] ratios =
        [
            .. rows.Where(r => r.Cell.Ecosystems == 10 && r.Row.EditsOfAdaptersPerYear > 0)
                .OrderBy(r => r.Cell.Seed)
                .Select(r => r.Row.EditsOfBridgesPerYear / r.Row.EditsOfAdaptersPerYear),
        ];
        yield return Claim
            .Ratio("maintenance", "Ten ecosystems: edits of bridges over edits of adapters in the same years")
            .StatedWithoutNumber(NotInPaper)
            .Accept(atLeast: 17.9, atMost: 18.1)
            .Because("each release breaks 2(n-1) directed bridges")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(
                ratios.Length == 0 ? null : Intervals.OfSeeds(ratios, RandomStream.Named("woa/adapter-growth", "maintenance", "bootstrap"))
            );
    }

    private static Estimate Exactly(int value) => new(value, value, value, 0, 1, IntervalMethod.Deterministic);
}
