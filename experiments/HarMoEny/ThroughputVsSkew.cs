using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>
/// Throughput of the systems as the router's skew grows, on the simulated machine: as published (each system at a batch of its own, FasterMoE shadowing nothing); all at one batch in one program, so
/// that only the policies differ; and each in its own program at the largest batch that fits the same memory. In the last two FasterMoE shadows, and DeepSpeed has the least capacity that drops nothing.
/// </summary>
[Experiment("harmoeny/throughput-vs-skew", Paper = "arXiv:2506.12417", Shows = "Throughput under growing router skew")]
public sealed class ThroughputVsSkew(IReadOnlyList<ITokenScheduler>? own = null)
    : Experiment<ThroughputVsSkew.Options, ThroughputVsSkew.Cell, SimulatedRow>
{
    internal const string AsPublished = "as-published";
    internal const string EqualBatch = "equal-batch";
    internal const string EqualMemory = "equal-memory";
    private static readonly string[] Variants = [AsPublished, EqualBatch, EqualMemory];

    /// <summary>No own systems.</summary>
    public ThroughputVsSkew()
        : this(null) { }

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The skews.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the router's skews, in [0, 1]")]
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
    }

    /// <summary>A workload.</summary>
    /// <param name="Model">switch or qwen.</param>
    /// <param name="Variant">as-published, equal-batch or equal-memory.</param>
    /// <param name="Definition">The definition of skew.</param>
    /// <param name="Skew">The skew.</param>
    /// <param name="Seed">The seed of the draws (R3 has none).</param>
    public sealed record Cell(string Model, string Variant, string Definition, double Skew, int Seed);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick ? new() : new() { Seeds = [1, 2, 3, 4, 5], Skews = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from model in HarmoenyModel.All
        from variant in Variants
        from definition in options.Definitions
        from skew in options.Skews
        where variant != AsPublished || HarmoenyPublished.Skews.Contains(skew)
        from seed in HarmoenyWorkload.IsDeterministic(definition) ? options.Seeds.Take(1) : options.Seeds
        select new Cell(model.Name, variant, definition, skew, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SimulatedRow> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        HarmoenyModel model = HarmoenyModel.Named(cell.Model);
        ISkewModel skew = HarmoenyWorkload.Skew(cell.Definition, cell.Skew);
        HarmoenyOptions options = new() { MinimumTokens = context.Options.MinimumTokens };
        Dictionary<double, IReadOnlyList<LayerLoad>> loads = [];
        foreach ((SimulatedSystem system, bool usesFastMoe) in Systems(cell.Variant, model, options))
        {
            double batch = cell.Variant switch
            {
                AsPublished => HarmoenyPublished.Batch(model.Name, system.Name, cell.Skew) ?? model.Batch,
                EqualBatch => model.Batch,
                _ => LargestBatch(model, system, skew, context.Random("memory"), cancellationToken),
            };
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

            ClusterSpec cluster = model.Cluster(usesFastMoe ? model.FastMoe : null);
            double? published = cell.Variant == AsPublished ? HarmoenyPublished.PerSecond(model.Name, system.Name, cell.Skew) : null;
            yield return SimulatedRow.Of(model, cluster, system, layers, batch, published, cancellationToken);
        }
    }

    private IEnumerable<(SimulatedSystem System, bool UsesFastMoe)> Systems(string variant, HarmoenyModel model, HarmoenyOptions options)
    {
        ShadowingOptions shadowing = new()
        {
            Alpha = (double)model.Model.HiddenWidth / model.Model.ModelWidth * (model.Model.IsGated ? 1.5 : 1),
            ModelWidth = model.Model.ModelWidth,
        };
        yield return (new("harmoeny", new HarmoenyScheduler(options)), false);
        yield return (new("fixed", new FixedScheduler()), false);
        if (variant == AsPublished)
        {
            yield return (new("exflow", new FixedScheduler()), false);
            yield return (new("fastmoe", new FixedScheduler()), true);
            // FastMoE's policy as shipped, with the authors' swapped constants (bandwidth 10.13e12, 7.19 FLOP/s).
            ShadowingOptions shipped = shadowing with
            {
                AsShipped = true,
                NetBytesPerSecond = 10.13e12,
                GemmFlops = 7.19,
            };
            yield return (new("fastermoe-as-shipped", new ShadowingScheduler(shipped)), true);
            yield break;
        }

        bool ownProgram = variant == EqualMemory;
        yield return (new("fastmoe", new FixedScheduler()), ownProgram);
        yield return (new("fastermoe", new ShadowingScheduler(shadowing)) { PipelineParts = 2 }, ownProgram);
        yield return (new("deepspeed", new CapacityScheduler(new() { Mode = CapacityMode.MaxCount })), false);
        foreach (ITokenScheduler scheduler in own ?? [])
        {
            yield return (new(scheduler.Name, scheduler), false);
        }
    }

    /// <summary>The largest batch at which no rank holds more rows than a balanced system does at the authors' batch; a quarter of a sequence at least.</summary>
    private static double LargestBatch(
        HarmoenyModel model,
        SimulatedSystem system,
        ISkewModel skew,
        RandomStream stream,
        CancellationToken cancellationToken
    )
    {
        // Loads are proportional to the batch but for rounding: one schedule at the full batch says how many fit.
        cancellationToken.ThrowIfCancellationRequested();
        int tokens = model.Batch * HarmoenyModel.SequenceLength;
        TokenCounts counts = skew.Counts(model.Ranks, model.Model.Experts, tokens, stream);
        ExpertPlacement placement = ExpertPlacement.Contiguous(model.Ranks, model.Model.Experts);
        Schedule schedule = system.Scheduler.Plan(counts, placement);
        long rows = Math.Max(schedule.Loads.ToArray().Max(), (long)schedule.Capacity * placement.Slots * model.Ranks);
        return Math.Max(0.25, Math.Floor(4.0 * model.Batch * tokens * 1.01 / rows) / 4) is var fitting && fitting > model.Batch
            ? model.Batch
            : fitting;
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, SimulatedRow>> rows) =>
        rows.GroupBy(r => (r.Cell.Model, r.Cell.Variant, r.Cell.Definition))
            .Select(figure =>
                SkewFigure.Of(
                    $"{figure.Key.Model}-{figure.Key.Variant}-{figure.Key.Definition}",
                    $"Throughput over skew, {figure.Key.Model}, {figure.Key.Variant}",
                    $"{HarmoenyWorkload.Skew(figure.Key.Definition, 0.5).Definition.Split(':')[0]}. Simulated: {HarmoenyClaims.Errors(HarmoenyModel.Named(figure.Key.Model))}.",
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
            foreach (string definition in HarmoenyWorkload.Definitions)
            {
                string which = $"{model.Name}, {(definition == "gini" ? "R3 Gini" : "R1 multinomial")} skew";
                yield return Gain(rows, model, definition, AsPublished, 0.9)
                    .Published(1.37, 1.70, "abstract: 37 to 70 % over the next best under heavy imbalance")
                    .Accept(atLeast: 1.3)
                    .Because(
                        $"each system at the batch of its published run, FasterMoE as shipped (shadows nothing); {HarmoenyClaims.Errors(model)}"
                    );
                yield return Gain(rows, model, definition, AsPublished, 0)
                    .StatedWithoutNumber("the authors' files: 0.932 (Switch) and 0.715 (Qwen)")
                    .Accept(atMost: 1.1)
                    .Because($"without skew there is nothing to gain, and FastMoE's program has less overhead; {which}");
                foreach (string variant in new[] { EqualBatch, EqualMemory })
                {
                    yield return Shrinks(rows, model, definition, variant);
                }
            }

            double[] deviations =
            [
                .. rows.Where(r => r.Cell.Model == model.Name && r.Cell.Definition == "gini" && !double.IsNaN(r.Row.PublishedPerSecond))
                    .Select(r => Math.Abs((r.Row.SequencesPerSecond / r.Row.PublishedPerSecond) - 1)),
            ];
            yield return Claim
                .Value(
                    $"simulator-error-{model.Name}",
                    $"{model.Name}: largest relative error of a simulated throughput against the published one, R3 Gini skew"
                )
                .Published(0, "the authors' final files, 15 runs a model")
                .Accept(atMost: 0.2)
                .Because($"the constants were fitted to 6 to 9 of these runs; {HarmoenyClaims.Errors(model)}")
                .WithSeedsAtLeast(1)
                .On(DataOrigin.Generated, HardwareOrigin.Simulated)
                .Measured(SimulatedRow.Deterministic(deviations.Length == 0 ? null : deviations.Max()));
        }
    }

    private static Claim Gain(
        IReadOnlyList<Measured<Cell, SimulatedRow>> rows,
        HarmoenyModel model,
        string definition,
        string variant,
        double skew
    )
    {
        string id = FormattableString.Invariant($"gain-{model.Name}-{definition}-{variant}-{(int)(skew * 100)}");
        (double[] harmoeny, double[] best) = Against(rows, model, definition, variant, skew);
        return Claim
            .Ratio(
                id,
                FormattableString.Invariant(
                    $"{model.Name}, {definition} skew {skew}, {variant}: throughput of HarMoEny over the next best, G = {model.Ranks}, E = {model.Model.Experts}, k = 1, simulated"
                )
            )
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .WithSeedsAtLeast(HarmoenyWorkload.IsDeterministic(definition) ? 1 : 3)
            .Measured(Ratio(harmoeny, best, definition, id));
    }

    /// <summary>What a fair run leaves of the gain: HarMoEny's margin there over its margin as published.</summary>
    private static Claim Shrinks(IReadOnlyList<Measured<Cell, SimulatedRow>> rows, HarmoenyModel model, string definition, string variant)
    {
        string id = $"fair-{model.Name}-{definition}-{variant}";
        (double[] harmoeny, double[] best) = Against(rows, model, definition, variant, 0.9);
        (double[] published, double[] publishedBest) = Against(rows, model, definition, AsPublished, 0.9);
        double[] fair = [.. harmoeny.Zip(best, static (a, b) => a / b)];
        double[] unfair = [.. published.Zip(publishedBest, static (a, b) => a / b)];
        string margin = fair.Length == 0 ? "" : FormattableString.Invariant($" (the fair margin is {fair.Average():0.00})");
        return Claim
            .Ratio(
                id,
                $"{model.Name}, {definition} skew 0.9: HarMoEny's margin over the next best at {(variant == EqualBatch ? "one batch in one program" : "equal memory")}, over its margin as published{margin}"
            )
            .StatedWithoutNumber(
                "not in the paper: FasterMoE shadows, DeepSpeed has its least lossless capacity; no band for the fair margin itself is known"
            )
            .Accept(atMost: 1)
            .Because(
                "a FasterMoE that shadows balances the hot expert too, and batches no longer differ by system: the margin can only shrink; below 1 / published it is lost"
            )
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .WithSeedsAtLeast(HarmoenyWorkload.IsDeterministic(definition) ? 1 : 3)
            .Measured(fair.Length == unfair.Length ? Ratio(fair, unfair, definition, id) : null);
    }

    private static Estimate? Ratio(double[] a, double[] b, string definition, string id) =>
        a.Length == 0 || b.Length == 0 ? null
        : HarmoenyWorkload.IsDeterministic(definition) ? SimulatedRow.Deterministic(a[0] / b[0])
        : Intervals.PairedRatio(a, b, RandomStream.Named("harmoeny/throughput-vs-skew", id, "bootstrap"));

    private static (double[] Harmoeny, double[] Best) Against(
        IReadOnlyList<Measured<Cell, SimulatedRow>> rows,
        HarmoenyModel model,
        string definition,
        string variant,
        double skew
    ) =>
        HarmoenyClaims.AgainstNextBest(
            rows.Where(r =>
                r.Cell.Model == model.Name && r.Cell.Definition == definition && r.Cell.Variant == variant && r.Cell.Skew == skew
            ),
            static r => r.Cell.Seed,
            static r => r.Row
        );
}
