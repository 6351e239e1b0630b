using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Merge;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>Accuracy against the number of tasks, at 1x, 2x and 3x.</summary>
[Experiment("flexmerge/tasks", Paper = "arXiv:2505.23209", Shows = "Accuracy over the number of tasks")]
public sealed class TaskCount : Experiment<TaskCount.Options, CurveCell, TaskCount.Row>
{
    private static readonly (string Suite, int Few, int Many)[] Judged = [(Suites.Generated, 2, 8), (Suites.Thirty, 8, 30)];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The suite.</summary>
        [PlanOnly]
        [Description("the suite of tasks: generated, eight, eight-transformed, thirty")]
        public string Suite { get; init; } = "generated";

        /// <summary>The backbone.</summary>
        [PlanOnly]
        [Description("the backbone: mlp-small, mlp, vit-tiny, cnn")]
        public string Backbone { get; init; } = "mlp-small";

        /// <summary>The numbers of tasks.</summary>
        [MinLength(1)]
        [Description("the numbers of tasks, the first of the suite")]
        public IReadOnlyList<int> Tasks { get; init; } = [2, 4, 8];

        /// <summary>Whether base and tasks are trained long.</summary>
        [Description("train base and tasks as long as the bands on real images were set for, else briefly")]
        public bool LongTraining { get; init; }
    }

    /// <summary>One point.</summary>
    /// <param name="Tasks">The number of tasks.</param>
    /// <param name="Size">The size asked for, in models.</param>
    /// <param name="NormalisedPercent">The mean over tasks of the accuracy over the task's own model's, in percent.</param>
    public sealed record Row(int Tasks, double Size, double NormalisedPercent);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options()
            : new Options
            {
                Suite = Suites.Thirty,
                Backbone = "mlp",
                Tasks = [2, 3, 5, 8, 11, 14, 20, 30],
                LongTraining = true,
            };

    /// <inheritdoc/>
    public override IEnumerable<CurveCell> Plan(Options options) =>
        options.Seeds.Select(seed => new CurveCell(options.Suite, options.Backbone, seed));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        CurveCell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        TrainingBudget budget = context.Options.LongTraining ? TrainingBudget.Full : TrainingBudget.Quick;
        using FineTunedSuite suite = await FineTunedSuite.GetAsync(
            cell.Suite,
            cell.Backbone,
            cell.Seed,
            budget,
            context.Data,
            context.Progress,
            cancellationToken
        );
        TaskArithmetic algorithm = new(1.5);
        foreach (int tasks in context.Options.Tasks.Where(count => count >= 2 && count <= suite.Tasks.Count))
        {
            (BlockDivision division, TaskVectors vectors) = suite.Vectors(tasks: tasks);
            MergePlan plan = MergePlanner.Plan(vectors, division, algorithm, ct: cancellationToken);
            foreach (double size in new[] { 1.0, 2, 3 }.Where(size => size <= tasks))
            {
                FlexModel model = FlexModel.Merge(vectors, division, plan.AtSize(size), algorithm, ct: cancellationToken);
                yield return new Row(tasks, size, 100 * suite.Normalised(suite.Accuracies(model, cancellationToken)));
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<CurveCell, Row>> rows) =>
        rows.GroupBy(r => r.Cell.Suite)
            .Select(suite => new Figure
            {
                Id = $"tasks-{suite.Key}",
                Title = $"Accuracy over the number of tasks: {suite.Key}",
                Caption = "Task arithmetic, 1.5 times the mean.",
                X = new Axis("tasks"),
                Y = new Axis("normalised accuracy", "%"),
                Series =
                [
                    .. suite
                        .GroupBy(r => r.Row.Size)
                        .OrderBy(size => size.Key)
                        .Select(size => new Series(
                            FormattableString.Invariant($"{size.Key}x"),
                            SeriesKind.Line,
                            [
                                .. size.GroupBy(r => r.Row.Tasks)
                                    .OrderBy(g => g.Key)
                                    .Select(g => Point(g.Key, [.. g.Select(r => r.Row.NormalisedPercent)])),
                            ]
                        )),
                ],
                Provenance = new Provenance(Suites.Origin(suite.Key)),
            });

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<CurveCell, Row>> rows) =>
        Judged.Select(judged =>
        {
            string id = $"fewer-tasks-{judged.Suite}";
            double[] few = Values(rows, judged.Suite, judged.Few);
            double[] many = Values(rows, judged.Suite, judged.Many);
            Claim claim = Claim
                .Difference(id, $"On {judged.Suite} one model of {judged.Few} tasks keeps more of their accuracy than one of {judged.Many}")
                .StatedWithoutNumber("an experiment over the number of tasks; its numbers could not be read")
                .In("points")
                .Accept(atLeast: 0)
                .Because("more tasks in one model interfere more")
                .Measured(
                    few.Length == 0 || few.Length != many.Length
                        ? null
                        : Intervals.PairedDifference(few, many, RandomStream.Named("flexmerge/tasks", id, "bootstrap"))
                )
                .On(Suites.Origin(judged.Suite));
            return Suites.Origin(judged.Suite) == DataOrigin.Real ? claim.Requires(Suites.Needs(judged.Suite)).From(Scale.Full) : claim;
        });

    private static double[] Values(IReadOnlyList<Measured<CurveCell, Row>> rows, string suite, int tasks) =>
        [
            .. rows.Where(r => r.Cell.Suite == suite && r.Row.Tasks == tasks && r.Row.Size == 1)
                .OrderBy(r => r.Cell.Seed)
                .Select(r => r.Row.NormalisedPercent),
        ];

    private static SeriesPoint Point(double x, double[] values)
    {
        Estimate e = Intervals.OfSeeds(values, RandomStream.Named("flexmerge", "figure", "bootstrap"));
        return new SeriesPoint(x, e.Value, e.Low, e.High);
    }
}
