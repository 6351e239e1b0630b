using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Numerics;

namespace ResearchKit.SampleExperiments;

/// <summary>What it needs is not on a fresh machine.</summary>
[Experiment("sample/needs-data", Paper = "arXiv:0000.00000", Shows = "Table 7: cells on published data")]
public sealed class NeedsData : Experiment<ExperimentOptions, NeedsData.Cell, NumberedRow>
{
    [Needs("data:mnist")]
    public sealed record Cell(int Seed);

    public override ExperimentOptions For(Scale scale) => new();

    public override IEnumerable<Cell> Plan(ExperimentOptions options) => options.Seeds.Select(s => new Cell(s));

    public override async IAsyncEnumerable<NumberedRow> MeasureAsync(
        Cell cell,
        CellContext<ExperimentOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        yield return new NumberedRow(cell.Seed);
    }

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, NumberedRow>> rows) => [];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, NumberedRow>> rows) =>
        [
            Claim
                .Value("on-digits", "Handwritten digits give a number")
                .Published(2, "Table 7")
                .Accept(1, 3)
                .On(DataOrigin.Real)
                .Requires("data:mnist")
                .Measured(
                    rows.Count == 0
                        ? null
                        : Metrics.Intervals.OfSeeds(
                            [.. rows.Select(r => r.Row.Value)],
                            RandomStream.Named("sample/needs-data", "on-digits", "bootstrap")
                        )
                ),
        ];
}
