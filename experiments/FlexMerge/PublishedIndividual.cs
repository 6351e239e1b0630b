using System.Runtime.CompilerServices;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>The authors' published accuracies of the individual models: the denominators of the normalised accuracy.</summary>
[Experiment("flexmerge/published-individual", Paper = "arXiv:2505.23209", Shows = "Published accuracies of the individual models")]
public sealed class PublishedIndividual : Experiment<PublishedIndividual.Options, PublishedIndividual.Cell, PublishedIndividual.Row>
{
    private const string Dataset = "merge-finetuned-accuracy";

    // Of the 30-task files and the second of ViT-L/14 the rows other than Individual are not whole: zeros stand for "not measured".
    private static readonly (string File, string Model, int Tasks, double Individual)[] Tables =
    [
        ("ft-accuracy-n8-ViT-B-32.csv", "ViT-B/32", 8, 90.3),
        ("ft-accuracy-n8-ViT-L-14.csv", "ViT-L/14", 8, 94.1),
        ("ft-accuracy-n30-ViT-B-32.csv", "ViT-B/32", 30, 90.5),
        ("ft-accuracy-n30-ViT-L-14.csv", "ViT-L/14", 30, 93.6),
        ("ft-accuracy-n11-T0_3B.csv", "T0-3B", 11, 71.4),
        ("ft-accuracy-n7-t5-base.csv", "T5-base", 7, 83.4),
        ("ft-accuracy-n7-t5-large.csv", "T5-large", 7, 86.7),
    ];

    /// <summary>No options of its own.</summary>
    public sealed record Options : ExperimentOptions;

    /// <summary>A table.</summary>
    /// <param name="File">The file.</param>
    public sealed record Cell(string File) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => [$"data:{Dataset}"];
    }

    /// <summary>The mean over tasks, recomputed.</summary>
    /// <param name="Tasks">The number of tasks.</param>
    /// <param name="IndividualPercent">The mean of the individual models, in percent.</param>
    /// <param name="StatedPercent">The mean that the file states, in percent.</param>
    public sealed record Row(int Tasks, double IndividualPercent, double StatedPercent);

    /// <inheritdoc/>
    public override Options For(Scale scale) => new() { Seeds = [1] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) => Tables.Select(table => new Cell(table.File));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        DatasetFolder folder = await context.Data.RequireAsync(Dataset, cancellationToken);
        string path = folder.FilePath(cell.File);
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken))
        {
            if (record["Method"] == "Individual")
            {
                double[] values = [.. Enumerable.Range(1, record.Count - 1).Select(column => 100 * record.Number<double>(column))];
                yield return new Row(values.Length - 1, values[1..].Average(), values[0]);
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        [
            new Figure
            {
                Id = "individual",
                Title = "Published accuracy of the individual models",
                Caption = "The mean over tasks; the denominators of the normalised accuracy.",
                X = new Axis("tasks"),
                Y = new Axis("accuracy", "%"),
                Series =
                [
                    .. rows.GroupBy(r => Tables.First(t => t.File == r.Cell.File).Model)
                        .Select(model => new Series(
                            model.Key,
                            SeriesKind.Scatter,
                            [.. model.Select(r => new SeriesPoint(r.Row.Tasks, r.Row.IndividualPercent))]
                        )),
                ],
                Provenance = new Provenance(DataOrigin.Real),
            },
        ];

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows) =>
        Tables.SelectMany(table =>
        {
            Row? row = rows.FirstOrDefault(r => r.Cell.File == table.File)?.Row;
            string slug = Path.GetFileNameWithoutExtension(table.File)["ft-accuracy-".Length..].ToLowerInvariant().Replace('_', '-');
            return new[]
            {
                Of(
                        Claim
                            .Value(
                                $"individual-{slug}",
                                $"The mean accuracy that the file states for the {table.Tasks} individual models of {table.Model}"
                            )
                            .Accept(table.Individual - 0.06, table.Individual + 0.06),
                        row?.StatedPercent
                    )
                    .Published(table.Individual, "the authors' published accuracy file")
                    .In("%")
                    .Because("read from the file; rounding to a tenth"),
                Of(
                        Claim
                            .Difference(
                                $"columns-{slug}",
                                $"The file's mean for the {table.Tasks} models of {table.Model} is that of its own columns: recomputed minus stated"
                            )
                            .Accept(-0.06, 0.06),
                        row?.IndividualPercent - row?.StatedPercent
                    )
                    .StatedWithoutNumber("the authors' published accuracy file, first column")
                    .In("points")
                    .Because("a mean is a mean; the columns, not the stated mean, are the denominators of the normalised accuracy")
                    .From(Scale.Full),
            };
        });

    private static Claim Of(Claim claim, double? value) =>
        claim
            .WithSeedsAtLeast(1)
            .Measured(value is { } v ? new Estimate(v, v, v, 0, 1, IntervalMethod.Deterministic) : null)
            .On(DataOrigin.Real)
            .Requires($"data:{Dataset}");
}
