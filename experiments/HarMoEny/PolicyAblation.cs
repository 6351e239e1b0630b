using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>HarMoEny's policy against others in the same program: fixed placement, ExFlow's placement, even split, and dropping what is above the average.</summary>
[Experiment("harmoeny/ablation", Paper = "arXiv:2506.12417", Shows = "Scheduling policies under router skew")]
public sealed class PolicyAblation(IReadOnlyList<ITokenScheduler>? own = null)
    : Experiment<PolicyAblation.Options, PolicyAblation.Cell, SimulatedRow>
{
    /// <summary>No own systems.</summary>
    public PolicyAblation()
        : this(null) { }

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The skews.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the router's skews; the published batches are known at 0, 0.5 and 0.9")]
        public IReadOnlyList<double> Skews { get; init; } = HarmoenyPublished.Skews;

        /// <summary>The definitions of skew.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the definitions of skew: gini (R3), exact-gini, multinomial (R1), additive (R2)")]
        public IReadOnlyList<string> Definitions { get; init; } = HarmoenyWorkload.Definitions;

        /// <summary>q.</summary>
        [Range(1, 1_000_000)]
        [Description("q: HarMoEny moves no fewer tokens to a rank")]
        public int MinimumTokens { get; init; } = 1512;

        /// <summary>Whether the schedule costs what it costs in the authors' breakdown.</summary>
        [Description("charge HarMoEny the schedule time of the authors' breakdown (46.6 ms in a full Switch layer, 32 ms in Qwen's)")]
        public bool PublishedScheduleCost { get; init; }
    }

    /// <summary>A workload.</summary>
    /// <param name="Model">switch or qwen.</param>
    /// <param name="Definition">The definition of skew.</param>
    /// <param name="Skew">The skew.</param>
    /// <param name="Seed">The seed of the draws (R3 has none).</param>
    public sealed record Cell(string Model, string Definition, double Skew, int Seed);

    /// <inheritdoc/>
    public override Options For(Scale scale) => scale == Scale.Quick ? new() : new() { Seeds = [1, 2, 3, 4, 5] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from model in HarmoenyModel.All
        from definition in options.Definitions
        from skew in options.Skews
        from seed in HarmoenyWorkload.IsDeterministic(definition) ? options.Seeds.Take(1) : options.Seeds
        select new Cell(model.Name, definition, skew, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SimulatedRow> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        HarmoenyModel model = HarmoenyModel.Named(cell.Model);
        ISkewModel skew = HarmoenyWorkload.Skew(cell.Definition, cell.Skew);
        bool charge = context.Options.PublishedScheduleCost;
        SimulatedSystem[] systems =
        [
            new("harmoeny", new HarmoenyScheduler(new() { MinimumTokens = context.Options.MinimumTokens }))
            {
                FullScheduleSeconds =
                    !charge ? 0
                    : model.Name == "switch" ? 46.6e-3
                    : 32e-3,
                DecodeScheduleSeconds = charge ? 0.8e-3 : 0,
            },
            new("drop", new DropScheduler()),
            new("even-split", new EvenSplitScheduler()),
            new("fixed", new FixedScheduler()),
            new("exflow", new FixedScheduler()),
            .. (own ?? []).Select(scheduler => new SimulatedSystem(scheduler.Name, scheduler)),
        ];
        Dictionary<double, IReadOnlyList<LayerLoad>> loads = [];
        foreach (SimulatedSystem system in systems)
        {
            double batch = HarmoenyPublished.Batch(model.Name, system.Name, cell.Skew) ?? model.Batch;
            if (!loads.TryGetValue(batch, out IReadOnlyList<LayerLoad>? layers))
            {
                layers = await Task.Run(() => HarmoenyWorkload.Layers(model, skew, batch, context.Random("tokens")), cancellationToken);
                loads.Add(batch, layers);
            }

            if (system.Name == "exflow")
            {
                IReadOnlyList<ExpertPlacement> placed = HarmoenyWorkload.ExFlow(model, skew, context.Random("exflow"), cancellationToken);
                layers = [.. layers.Zip(placed, static (load, placement) => load with { Placement = placement })];
            }

            double? published = HarmoenyPublished.PerSecond(model.Name, system.Name, cell.Skew);
            yield return SimulatedRow.Of(model, model.Cluster(), system, layers, batch, published, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, SimulatedRow>> rows) =>
        rows.GroupBy(r => (r.Cell.Model, r.Cell.Definition))
            .Select(figure =>
                SkewFigure.Of(
                    $"{figure.Key.Model}-{figure.Key.Definition}",
                    $"Scheduling policies, {figure.Key.Model}",
                    $"Batches as published: fixed and ExFlow run at smaller ones. {HarmoenyClaims.Errors(HarmoenyModel.Named(figure.Key.Model))}.",
                    figure.Key.Definition,
                    [.. figure.Select(r => (r.Cell.Skew, r.Row))],
                    own
                )
            );

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, SimulatedRow>> rows)
    {
        foreach (HarmoenyModel model in HarmoenyModel.All)
        {
            double evenSplit = model.Name == "switch" ? 1.6 : 1.3;
            double published = model.Name == "switch" ? 2.05 : 1.52;
            foreach (string definition in HarmoenyWorkload.Definitions)
            {
                yield return Over(rows, model, definition, "drop", "harmoeny", 1, null);
                yield return Over(rows, model, definition, "harmoeny", "exflow", 1, null);
                yield return Over(rows, model, definition, "harmoeny", "fixed", 1, null);
                yield return Over(rows, model, definition, "harmoeny", "even-split", evenSplit, published);
            }
        }
    }

    private static Claim Over(
        IReadOnlyList<Measured<Cell, SimulatedRow>> rows,
        HarmoenyModel model,
        string definition,
        string first,
        string second,
        double least,
        double? published
    )
    {
        string id = $"{model.Name}-{definition}-{first}-over-{second}";
        double[] a = Values(first);
        double[] b = Values(second);
        Claim claim = Claim
            .Ratio(
                id,
                $"{model.Name}, {definition} skew 0.9: throughput of {first} over {second}, batches as published, G = {model.Ranks}, E = {model.Model.Experts}, k = 1, simulated"
            )
            .Accept(atLeast: least)
            .Because($"fixed and ExFlow run at smaller batches, as published; {HarmoenyClaims.Errors(model)}")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .WithSeedsAtLeast(HarmoenyWorkload.IsDeterministic(definition) ? 1 : 3)
            .Measured(
                a.Length == 0 || a.Length != b.Length ? null
                : HarmoenyWorkload.IsDeterministic(definition) ? SimulatedRow.Deterministic(a[0] / b[0])
                : Intervals.PairedRatio(a, b, RandomStream.Named("harmoeny/ablation", id, "bootstrap"))
            );
        return published is { } value
            ? claim.Published(value, "the authors' final files")
            : claim.StatedWithoutNumber("the order in the authors' final files");

        double[] Values(string system) =>
            [
                .. rows.Where(r =>
                        r.Cell.Model == model.Name && r.Cell.Definition == definition && r.Cell.Skew == 0.9 && r.Row.System == system
                    )
                    .OrderBy(r => r.Cell.Seed)
                    .Select(r => r.Row.SequencesPerSecond),
            ];
    }
}
