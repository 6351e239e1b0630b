using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>
/// How even HarMoEny's loads are on real routing: the authors' counts of tokens per expert on four corpora, and routing generated like it. Layers that see whole sequences and layers that see one token of each are
/// averaged apart: the latter have few tokens, and any balance of them looks bad.
/// </summary>
[Experiment("harmoeny/datasets", Paper = "arXiv:2506.12417", Shows = "Balance and throughput on four corpora")]
public sealed class DatasetBalance : Experiment<DatasetBalance.Options, DatasetBalance.Cell, DatasetBalance.Row>
{
    private const string Needed = "data:moe-harmoeny";
    private static readonly string[] Corpora = ["bookcorpus", "wikitext", "wmt19", "random"];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>q.</summary>
        [Range(1, 1_000_000)]
        [Description("q: HarMoEny moves no fewer tokens to a rank; the authors' studies of imbalance run at 128")]
        public int MinimumTokens { get; init; } = 128;

        /// <summary>Iterations.</summary>
        [Range(1, 20)]
        [Description("iterations of each corpus; the published files have 20 (Qwen) and 30 (Switch)")]
        public int Iterations { get; init; } = 3;
    }

    /// <summary>A corpus.</summary>
    /// <param name="Model">switch or qwen.</param>
    /// <param name="Corpus">generated, or one of the authors' four.</param>
    /// <param name="Seed">The seed of generated routing.</param>
    public sealed record Cell(string Model, string Corpus, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => Corpus == "generated" ? [] : [Needed];
    }

    /// <summary>A layer of an iteration.</summary>
    /// <param name="Iteration">The iteration.</param>
    /// <param name="Layer">The layer.</param>
    /// <param name="IsFullSequence">Whether it sees whole sequences.</param>
    /// <param name="FixedMaxOverMean">The largest load over the mean, fixed placement.</param>
    /// <param name="HarmoenyMaxOverMean">The same with HarMoEny.</param>
    public sealed record Row(int Iteration, int Layer, bool IsFullSequence, double FixedMaxOverMean, double HarmoenyMaxOverMean);

    /// <inheritdoc/>
    public override Options For(Scale scale) => scale == Scale.Quick ? new() : new() { Iterations = 20 };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from model in HarmoenyModel.All
        from cell in options
            .Seeds.Select(seed => new Cell(model.Name, "generated", seed))
            .Concat(Corpora.Select(corpus => new Cell(model.Name, corpus, 1)))
        select cell;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        HarmoenyModel model = HarmoenyModel.Named(cell.Model);
        IReadOnlyList<IReadOnlyList<LayerLoad>> iterations =
            cell.Corpus == "generated" ? Generated(model, context) : await PublishedAsync(model, cell.Corpus, context, cancellationToken);
        FixedScheduler fixedPlacement = new();
        HarmoenyScheduler harmoeny = new(new() { MinimumTokens = context.Options.MinimumTokens });
        for (int iteration = 0; iteration < iterations.Count; iteration++)
        {
            for (int layer = 0; layer < iterations[iteration].Count; layer++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                LayerLoad load = iterations[iteration][layer];
                yield return new(
                    iteration,
                    layer,
                    load.IsFullSequence,
                    MaxOverMean(fixedPlacement.Plan(load.Counts, load.Placement)),
                    MaxOverMean(harmoeny.Plan(load.Counts, load.Placement))
                );
            }
        }
    }

    private static IReadOnlyList<IReadOnlyList<LayerLoad>> Generated(HarmoenyModel model, CellContext<Options> context)
    {
        RoutingTrace trace = new(
            context.Random("routing", model.Name),
            new()
            {
                Layers = model.Model.FullLayers + model.Model.DecodeLayers,
                Experts = model.Model.Experts,
                Batches = context.Options.Iterations,
            }
        );
        return
        [
            .. Enumerable
                .Range(0, context.Options.Iterations)
                .Select(iteration => GeneratedRouting.Layers(trace, iteration, model, model.Batch)),
        ];
    }

    private static async Task<IReadOnlyList<IReadOnlyList<LayerLoad>>> PublishedAsync(
        HarmoenyModel model,
        string corpus,
        CellContext<Options> context,
        CancellationToken cancellationToken
    )
    {
        DatasetFolder folder = await context.Data.RequireAsync("moe-harmoeny", cancellationToken);
        string file =
            model.Name == "switch" ? "routing/expert_freq_switch128_datasets.csv" : "routing/expert_freq_qwen_policy_datasets.csv";
        ExpertPlacement placement = ExpertPlacement.Contiguous(model.Ranks, model.Model.Experts);
        SortedDictionary<int, SortedDictionary<int, LayerLoad>> iterations = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(folder.FilePath(file), cancellationToken: cancellationToken))
        {
            int iteration = record.Number<int>("iteration");
            if (record["dataset"] != corpus || iteration >= context.Options.Iterations)
            {
                continue;
            }

            int layer = record.Number<int>("layer_idx");
            int[] totals =
            [
                .. Enumerable
                    .Range(0, model.Model.Experts)
                    .Select(expert => record.Number<int>(expert.ToString(CultureInfo.InvariantCulture))),
            ];
            if (!iterations.TryGetValue(iteration, out SortedDictionary<int, LayerLoad>? layers))
            {
                iterations.Add(iteration, layers = []);
            }

            layers[layer] = new(GeneratedRouting.Divided(totals, model.Ranks), placement, layer < model.Model.FullLayers);
        }

        return [.. iterations.Values.Select(layers => (IReadOnlyList<LayerLoad>)[.. layers.Values])];
    }

    private static double MaxOverMean(Schedule schedule) =>
        LoadBalance.Of([.. schedule.Loads.ToArray().Select(load => (double)load)]).MaxOverMean;

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        rows.GroupBy(r => r.Cell.Model)
            .Select(model =>
            {
                string[] corpora = [.. model.Select(r => r.Cell.Corpus).Distinct()];
                return new Figure
                {
                    Id = $"balance-{model.Key}",
                    Title = $"The largest load over the mean, {model.Key}",
                    Caption =
                        "Layers that see whole sequences. The published counts are sums over ranks; they are divided evenly here, which does not change loads.",
                    X = new Axis("corpus") { Categories = corpora },
                    Y = new Axis("max / mean") { Minimum = 0 },
                    Series = [Bars("fixed", r => r.FixedMaxOverMean), Bars("harmoeny", r => r.HarmoenyMaxOverMean)],
                    Provenance = new Provenance(corpora.Length > 1 ? DataOrigin.Mixed : DataOrigin.Generated),
                };

                Series Bars(string name, Func<Row, double> value) =>
                    new(
                        name,
                        SeriesKind.Bar,
                        [
                            .. corpora.Select(
                                (corpus, i) =>
                                    new SeriesPoint(
                                        i,
                                        model.Where(r => r.Cell.Corpus == corpus && r.Row.IsFullSequence).Average(r => value(r.Row))
                                    )
                            ),
                        ]
                    );
            });

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (HarmoenyModel model in HarmoenyModel.All)
        {
            (string mean, string worst) = model.Name == "switch" ? ("1.0004", "1.004") : ("1.021", "1.081");
            yield return Balance(rows, model, real: true, worst: false, 1.05, mean);
            yield return Balance(rows, model, real: true, worst: true, 1.10, worst);
            yield return Balance(rows, model, real: false, worst: false, 1.05, mean);
            yield return Balance(rows, model, real: false, worst: true, 1.10, worst);
        }
    }

    private static Claim Balance(
        IReadOnlyList<Measured<Cell, Row>> rows,
        HarmoenyModel model,
        bool real,
        bool worst,
        double most,
        string published
    )
    {
        Measured<Cell, Row>[] layers =
        [
            .. rows.Where(r => r.Cell.Model == model.Name && r.Cell.Corpus != "generated" == real && r.Row.IsFullSequence),
        ];
        double[] values =
        [
            .. layers
                .GroupBy(r => (r.Cell.Corpus, r.Cell.Seed))
                .OrderBy(g => g.Key)
                .Select(g => worst ? g.Max(r => r.Row.HarmoenyMaxOverMean) : g.Average(r => r.Row.HarmoenyMaxOverMean)),
        ];
        string id = $"{model.Name}-{(real ? "published" : "generated")}-{(worst ? "worst" : "mean")}";
        Claim claim = Claim
            .Value(
                id,
                $"{model.Name}, {(real ? "the authors' counts on four corpora" : "generated routing")}: HarMoEny's largest load over the mean, {(worst ? "worst layer" : "mean over layers")} that sees whole sequences"
            )
            .Published(double.Parse(published, CultureInfo.InvariantCulture), "the authors' balance files")
            .Accept(1, most)
            .Because("HarMoEny leaves a rank less than q below the average; decoder layers have too few tokens and are not counted")
            .On(real ? DataOrigin.Real : DataOrigin.Generated)
            .Measured(
                values.Length == 0 ? null
                : real && worst ? SimulatedRow.Deterministic(values.Max())
                : Intervals.OfSeeds(values, RandomStream.Named("harmoeny/datasets", id, "bootstrap"))
            );
        return real ? claim.Requires(Needed).WithSeedsAtLeast(1) : claim;
    }
}
