using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>The options of the experiments on clients under label skew.</summary>
public record SkewOptions : ExperimentOptions
{
    /// <summary>The data.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("the data: generated, fl-optdigits")]
    public IReadOnlyList<string> Data { get; init; } = [SkewedClients.Generated];

    /// <summary>The Dirichlet parameters.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("the Dirichlet parameters of the label skew")]
    public IReadOnlyList<double> Alphas { get; init; } = [0.1];

    /// <summary>The clients.</summary>
    [Range(2, 1000)]
    [Description("the clients")]
    public int Clients { get; init; } = 20;

    /// <summary>Epochs of each client's own training.</summary>
    [Range(1, 10_000)]
    [Description("epochs of each client's own training")]
    public int LocalEpochs { get; init; } = 20;

    /// <summary>Rounds of training the aggregator.</summary>
    [Range(1, 100_000)]
    [Description("rounds of training the aggregator")]
    public int AggregatorRounds { get; init; } = 500;

    /// <summary>What the methods of the server may spend, in percent of their authors' settings.</summary>
    [Range(1, 100)]
    [Description("what methods that train at the server may spend, in percent of their authors' settings")]
    public int ServerPercent { get; init; } = 100;
}

/// <summary>One split of the data.</summary>
/// <param name="Data">The data.</param>
/// <param name="Alpha">The Dirichlet parameter.</param>
/// <param name="Seed">The seed of splits, first parameters and batches.</param>
[Duration("00:00:10")]
public record SkewCell(string Data, double Alpha, int Seed) : ICellNeeds
{
    /// <inheritdoc/>
    public virtual IEnumerable<string> Needs() =>
        Data == SkewedClients.Digits ? [$"data:{SkewedClients.Digits}", $"data:{PublicRows.Mnist}"] : [];
}

/// <summary>An experiment on clients under label skew: many methods on one split, a bar a method.</summary>
public abstract class SkewExperiment : Experiment<SkewOptions, SkewCell, MethodRow>
{
    /// <inheritdoc/>
    public override SkewOptions For(Scale scale) =>
        scale == Scale.Quick
            ? new SkewOptions { Seeds = [91, 92, 93], ServerPercent = 10 }
            : new SkewOptions
            {
                Data = [SkewedClients.Generated, SkewedClients.Digits],
                Alphas = [0.05, 0.1],
                Seeds = [.. Enumerable.Range(91, 5)],
            };

    /// <inheritdoc/>
    public override IEnumerable<SkewCell> Plan(SkewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return from data in options.Data from alpha in options.Alphas from seed in options.Seeds select new SkewCell(data, alpha, seed);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<MethodRow> MeasureAsync(
        SkewCell cell,
        CellContext<SkewOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(context);
        SkewedClients data = await SkewedClients.GetAsync(cell.Data, cell.Alpha, context.Options.Clients, context, cancellationToken);
        Data.LabeledData publicRows = await PublicRows.GetAsync(cell.Data, context, cancellationToken);
        foreach (
            MethodRow row in await Task.Run(() => Rows(data, publicRows, cell, context, cancellationToken).ToList(), cancellationToken)
        )
        {
            yield return row;
        }
    }

    private protected abstract IEnumerable<MethodRow> Rows(
        SkewedClients data,
        Data.LabeledData publicRows,
        SkewCell cell,
        CellContext<SkewOptions> context,
        CancellationToken cancellationToken
    );

    private protected static FederatedStudy Study(SkewedClients data, SkewCell cell, CellContext<SkewOptions> context) =>
        new(
            LabelSkew.Model(data),
            data.Clients,
            data.Test,
            purpose => context.Random(purpose, cell.Alpha.ToString(CultureInfo.InvariantCulture))
        );

    private protected static FensOptions Options(SkewCell cell, CellContext<SkewOptions> context) =>
        new() { Local = LabelSkew.Local(SkewRates.Of(cell.Data).Local, context.Options.LocalEpochs) };

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<SkewCell, MethodRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var data in rows.GroupBy(row => row.Cell.Data))
        {
            string[] methods = [.. data.Select(row => row.Row.Method).Distinct()];
            yield return new Figure
            {
                Id = $"accuracy-{data.Key}",
                Title = Info.Shows,
                Caption =
                    "Accuracy on test rows after the last round, or of the state chosen on validation rows, with the interval over seeds.",
                X = new Axis("Method") { Categories = methods },
                Y = new Axis("Accuracy") { Minimum = 0, Maximum = 1 },
                Series =
                [
                    .. data.GroupBy(row => row.Cell.Alpha)
                        .OrderBy(alpha => alpha.Key)
                        .Select(alpha => new Series(
                            string.Create(CultureInfo.InvariantCulture, $"alpha {alpha.Key}"),
                            SeriesKind.Bar,
                            [.. methods.Index().Select(m => Point(m.Index, m.Item, data.Key, [.. alpha]))]
                        )),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(SkewedClients.Origin(data.Key)),
            };
        }
    }

    private SeriesPoint Point(int x, string method, string data, IReadOnlyList<Measured<SkewCell, MethodRow>> rows)
    {
        double[] values = [.. rows.Where(row => row.Row.Method == method).OrderBy(row => row.Cell.Seed).Select(row => row.Row.Accuracy)];
        Estimate e = Intervals.OfSeeds(values, RandomStream.Named(Info.Id, data, method, "figure"));
        return new SeriesPoint(x, e.Value, e.Low, e.High);
    }

    /// <summary>A method minus the best of others, the best in the mean on the very seeds that are judged.</summary>
    private protected Estimate? OverBest(
        IReadOnlyList<Measured<SkewCell, MethodRow>> rows,
        string data,
        double alpha,
        string method,
        params IReadOnlyList<string> others
    )
    {
        double[] own = Values(rows, data, alpha, method);
        double[][] all = [.. others.Select(other => Values(rows, data, alpha, other))];
        return own.Length == 0 || all.Any(other => other.Length != own.Length)
            ? null
            : Intervals.PairedDifference(
                own,
                all.MaxBy(other => other.Average())!,
                RandomStream.Named(Info.Id, data, alpha.ToString(CultureInfo.InvariantCulture), method, "bootstrap")
            );
    }

    private protected static double[] Values(IReadOnlyList<Measured<SkewCell, MethodRow>> rows, string data, double alpha, string method) =>
        [
            .. rows.Where(row => row.Cell.Data == data && row.Cell.Alpha == alpha && row.Row.Method == method)
                .OrderBy(row => row.Cell.Seed)
                .Select(row => row.Row.Accuracy),
        ];

    private protected static Claim On(Claim claim, string data) =>
        data == SkewedClients.Digits
            ? claim
                .Requires($"data:{SkewedClients.Digits}", $"data:{PublicRows.Mnist}")
                .From(Scale.Full)
                .On(DataOrigin.Real)
                .WithSeedsAtLeast(5)
            : claim;
}
