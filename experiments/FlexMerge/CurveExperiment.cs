using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Merge;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>What the experiments on accuracy over size share: a cell trains a suite, then measures every variant at every size.</summary>
public abstract class CurveExperiment : Experiment<CurveOptions, CurveCell, CurveRow>
{
    /// <summary>What stands under every claim on these networks.</summary>
    protected const string Honest =
        "no pre-trained CLIP or T5 is at hand: small networks pre-trained on small images; mechanism, sizes and the shape of curves carry over, absolute accuracies and exact crossings do not";

    /// <inheritdoc/>
    public override IEnumerable<CurveCell> Plan(CurveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return from suite in options.Suites
            from backbone in options.Backbones
            from seed in options.Seeds
            select new CurveCell(suite, backbone, seed);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<CurveRow> MeasureAsync(
        CurveCell cell,
        CellContext<CurveOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(context);
        using FineTunedSuite suite = await FineTunedSuite.GetAsync(
            cell.Suite,
            cell.Backbone,
            cell.Seed,
            context.Options.Budget,
            context.Data,
            context.Progress,
            cancellationToken
        );
        foreach (CurveVariant variant in Variants(cell, context.Options))
        {
            foreach (CurveRow row in Curve(suite, variant, context.Options.Sizes, cancellationToken))
            {
                yield return row;
            }
        }
    }

    /// <summary>What is compared.</summary>
    internal abstract IEnumerable<CurveVariant> Variants(CurveCell cell, CurveOptions options);

    private static List<CurveRow> Curve(FineTunedSuite suite, CurveVariant variant, IReadOnlyList<double> sizes, CancellationToken ct)
    {
        (BlockDivision division, TaskVectors vectors) = suite.Vectors(variant.Granularity, variant.Slices);
        SizeAccounting accounting = SizeAccounting.Of(variant.Algorithm);
        IPreparation? preparation = variant.Algorithm.Prepare(vectors, ct);
        MergePlan? plan = variant.Partition is null
            ? MergePlanner.Plan(vectors, division, variant.Algorithm, variant.Options, accounting, preparation, ct)
            : null;
        List<CurveRow> rows = [];
        FlexModel? last = null;
        foreach (double size in sizes.Where(size => size <= vectors.Tasks.Count).OrderDescending())
        {
            if (plan is not null && size < plan.MinimumSize - 1e-12)
            {
                continue;
            }
            if ((plan?.AtSize(size) ?? variant.Partition?.Invoke(vectors, size, ct)) is not { } partition)
            {
                continue;
            }
            FlexModel model = FlexModel.Merge(vectors, division, partition, variant.Algorithm, accounting, preparation, last, ct);
            last = model;
            double[] accuracies = suite.Accuracies(model, ct);
            rows.Add(
                new CurveRow(
                    variant.Name,
                    size,
                    model.Size,
                    100 * suite.Normalised(accuracies),
                    100 * accuracies.Average(),
                    100 * suite.Base.Take(accuracies.Length).Average(),
                    100 * suite.FineTuned.Take(accuracies.Length).Average()
                )
            );
        }
        return rows;
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<CurveCell, CurveRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var panel in rows.GroupBy(r => (r.Cell.Suite, r.Cell.Backbone)))
        {
            Measured<CurveCell, CurveRow>[] own = [.. panel];
            yield return new Figure
            {
                Id = $"{FigureId}-{panel.Key.Suite}-{panel.Key.Backbone}",
                Title = $"{FigureTitle}: {panel.Key.Suite}, {panel.Key.Backbone}",
                Caption = string.Create(
                    CultureInfo.InvariantCulture,
                    $"The tasks' own models reach {own.Average(r => r.Row.FineTunedPercent):0.0} %, the base {own.Average(r => r.Row.BasePercent):0.0} %. {Honest}."
                ),
                X = new Axis("size", "models"),
                Y = new Axis("normalised accuracy", "%"),
                Series =
                [
                    .. own.GroupBy(r => r.Row.Variant)
                        .Select(variant => new Series(
                            variant.Key,
                            SeriesKind.Line,
                            [
                                .. variant
                                    .GroupBy(r => r.Row.RequestedSize)
                                    .OrderBy(point => point.Key)
                                    .Select(point =>
                                        Point(
                                            point.Average(r => r.Row.Size),
                                            [.. point.OrderBy(r => r.Cell.Seed).Select(r => r.Row.NormalisedPercent)]
                                        )
                                    ),
                            ]
                        )),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(Suites.Origin(panel.Key.Suite)),
            };
        }
    }

    /// <summary>How figure ids begin.</summary>
    protected abstract string FigureId { get; }

    /// <summary>How figure titles begin.</summary>
    protected abstract string FigureTitle { get; }

    /// <summary>The normalised accuracies of a variant at a size, one a seed, in the order of the seeds.</summary>
    protected static double[] Values(
        IReadOnlyList<Measured<CurveCell, CurveRow>> rows,
        string suite,
        string backbone,
        string variant,
        double size
    ) =>
        [
            .. rows.Where(r =>
                    r.Cell.Suite == suite && r.Cell.Backbone == backbone && r.Row.Variant == variant && r.Row.RequestedSize == size
                )
                .OrderBy(r => r.Cell.Seed)
                .Select(r => r.Row.NormalisedPercent),
        ];

    /// <summary>The mean over sizes, one value a seed; empty unless each seed has every size.</summary>
    protected static double[] Means(
        IReadOnlyList<Measured<CurveCell, CurveRow>> rows,
        string suite,
        string backbone,
        string variant,
        params double[] sizes
    )
    {
        double[][] all = [.. sizes.Select(size => Values(rows, suite, backbone, variant, size))];
        return all.Length == 0 || all.Any(values => values.Length != all[0].Length)
            ? []
            : [.. Enumerable.Range(0, all[0].Length).Select(seed => all.Average(values => values[seed]))];
    }

    /// <summary>The paired difference of two sets of values, or null where one is missing.</summary>
    protected Estimate? Difference(double[] a, double[] b, string claim, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Length == 0 || a.Length != b.Length
            ? null
            : Intervals.PairedDifference(a, b, Stream(claim), IntervalOptions.Default with { Level = level });
    }

    /// <summary>The stream of a claim's intervals.</summary>
    protected RandomStream Stream(string claim) => RandomStream.Named(Info.Id, claim, "bootstrap");

    /// <summary>A claim that stands on a suite: judged where its data are, from the full scale on for real images.</summary>
    protected static Claim On(Claim claim, string suite)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Suites.Origin(suite) == DataOrigin.Generated
            ? claim.On(DataOrigin.Generated)
            : claim.On(DataOrigin.Real).Requires(Suites.Needs(suite)).From(Scale.Full);
    }

    private static SeriesPoint Point(double size, double[] values)
    {
        Estimate e = Intervals.OfSeeds(values, RandomStream.Named("flexmerge", "figure", "bootstrap"));
        return new SeriesPoint(size, e.Value, e.Low, e.High);
    }
}
