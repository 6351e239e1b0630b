using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>Where a layer's time goes on real ranks of this machine, under a skewed router: fixed placement, HarMoEny with each way of fetching.</summary>
[Experiment("harmoeny/breakdown", Paper = "arXiv:2506.12417", Shows = "Parts of a layer's time, with and without scheduling")]
public sealed class Breakdown : Experiment<Breakdown.Options, Breakdown.Cell, Breakdown.Row>
{
    private const int Ranks = 2;
    private const int Forwards = 7;

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>T.</summary>
        [Range(64, 100_000)]
        [Description("tokens of each rank")]
        public int Tokens { get; init; } = 2048;

        /// <summary>E.</summary>
        [Range(4, 256)]
        [Description("experts; more than twice the hot ones")]
        public int Experts { get; init; } = 32;

        /// <summary>d.</summary>
        [Range(16, 8192)]
        [Description("the model width; the hidden width is four times that")]
        public int Width { get; init; } = 256;

        /// <summary>The skew.</summary>
        [Range(0, 1)]
        [Description("the router's skew (R3 Gini)")]
        public double Skew { get; init; } = 0.9;

        /// <summary>k hot experts.</summary>
        [Range(1, 100)]
        [Description("hot experts")]
        public int HotExperts { get; init; } = 10;

        /// <summary>q.</summary>
        [Range(1, 100_000)]
        [Description("q: HarMoEny moves no fewer tokens to a rank")]
        public int MinimumTokens { get; init; } = 128;
    }

    /// <summary>A system.</summary>
    /// <param name="System">fixed, or harmoeny with a way of fetching.</param>
    /// <param name="Seed">The seed of tokens and weights.</param>
    [Timing(WarmUp = 1, Repeats = 5)]
    public sealed record Cell(string System, int Seed);

    /// <summary>A part's time in a forward: the mean over ranks, the median over forwards.</summary>
    /// <param name="MetadataMs">The exchange of counts.</param>
    /// <param name="ScheduleMs">The schedule.</param>
    /// <param name="DispatchMs">Packing and sending tokens.</param>
    /// <param name="ComputeMs">Experts.</param>
    /// <param name="FetchWaitMs">Waiting for weights.</param>
    /// <param name="WaitMs">Waiting for the slowest rank.</param>
    /// <param name="CombineMs">Sending back and unpacking.</param>
    /// <param name="TotalMs">All of it.</param>
    public sealed record Row(
        double MetadataMs,
        double ScheduleMs,
        double DispatchMs,
        double ComputeMs,
        double FetchWaitMs,
        double WaitMs,
        double CombineMs,
        double TotalMs
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) => scale == Scale.Quick ? new() : new() { Tokens = 8192, Width = 768 };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from system in new[] { "fixed", "harmoeny-asynchronous", "harmoeny-synchronous", "harmoeny-peers" }
        from seed in options.Seeds
        select new Cell(system, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Options options = context.Options;
        Torch.EnsureLoaded();
        using HostExpertStore store = HostExpertStore.Random(
            options.Experts,
            new(options.Width, 4 * options.Width, ExpertActivation.Relu),
            context.Random("experts")
        );
        double[] drawn = new double[options.Tokens * options.Width];
        context.Random("tokens").FillGaussian(drawn);
        float[] input = Array.ConvertAll(drawn, static v => (float)v);
        LayerTiming[,] timings = new LayerTiming[Forwards, Ranks];
        await RankGroup.RunAsync(
            Ranks,
            async (collectives, token) =>
            {
                SkewRouter router = new(new GiniSkew(options.Skew, options.HotExperts), options.Experts, context.Random("routing"));
                ITokenScheduler scheduler =
                    cell.System == "fixed" ? new FixedScheduler() : new HarmoenyScheduler(new() { MinimumTokens = options.MinimumTokens });
                ExpertFetch fetch = cell.System switch
                {
                    "harmoeny-synchronous" => ExpertFetch.Synchronous,
                    "harmoeny-peers" => ExpertFetch.PeerToPeer,
                    _ => ExpertFetch.Asynchronous,
                };
                await using MoeLayer layer = new(
                    router,
                    store,
                    ExpertPlacement.Contiguous(Ranks, options.Experts),
                    scheduler,
                    collectives,
                    new() { Fetch = fetch, MeasuresWait = true }
                );
                using torch.Tensor flat = torch.tensor(input);
                using torch.Tensor x = flat.reshape(options.Tokens, options.Width);
                // The first forwards touch memory and compile.
                for (int i = -2; i < Forwards; i++)
                {
                    using torch.Tensor y = await layer.ForwardAsync(x, token);
                    if (i >= 0)
                    {
                        timings[i, collectives.Rank] = layer.LastTiming;
                    }
                }
            },
            new() { ThreadsPerRank = 1 },
            cancellationToken
        );
        yield return new(
            Typical(t => t.MetadataMs),
            Typical(t => t.ScheduleMs),
            Typical(t => t.DispatchMs),
            Typical(t => t.ComputeMs),
            Typical(t => t.FetchWaitMs),
            Typical(t => t.WaitMs),
            Typical(t => t.CombineMs),
            Typical(t => t.TotalMs)
        );

        // The mean over ranks of a forward, the median over forwards: one that the system interrupts says nothing.
        double Typical(Func<LayerTiming, double> part) =>
            Quantiles.Median([
                .. Enumerable.Range(0, Forwards).Select(i => Enumerable.Range(0, Ranks).Average(rank => part(timings[i, rank]))),
            ]);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        string[] systems = [.. rows.Select(r => r.Cell.System).Distinct()];
        (string Name, Func<Row, double> Value)[] parts =
        [
            ("metadata", r => r.MetadataMs),
            ("schedule", r => r.ScheduleMs),
            ("dispatch", r => r.DispatchMs),
            ("experts", r => r.ComputeMs),
            ("waiting for weights", r => r.FetchWaitMs),
            ("waiting for ranks", r => r.WaitMs),
            ("combine", r => r.CombineMs),
        ];
        yield return new Figure
        {
            Id = "breakdown",
            Title = "Parts of a layer's time, 2 real ranks",
            Caption = "R3 Gini skew, 10 hot experts; one thread a rank; medians over seeds and repetitions, mean over ranks.",
            X = new Axis("system") { Categories = systems },
            Y = new Axis("time", "ms") { Minimum = 0 },
            Series =
                rows.Count == 0
                    ? []
                    :
                    [
                        .. parts.Select(part => new Series(
                            part.Name,
                            SeriesKind.Bar,
                            [
                                .. systems.Select(
                                    (system, i) =>
                                        new SeriesPoint(
                                            i,
                                            Quantiles.Median([.. rows.Where(r => r.Cell.System == system).Select(r => part.Value(r.Row))])
                                        )
                                ),
                            ]
                        )),
                    ],
            Width = FigureWidth.Wide,
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        double[] without = PerSeed("fixed", r => r.WaitMs);
        double[] with = PerSeed("harmoeny-asynchronous", r => r.WaitMs);
        double[] falls = [.. without.Zip(with, static (a, b) => 100 * (1 - (b / a)))];
        yield return Claim
            .Value(
                "wait-falls",
                "By how much HarMoEny lowers the time ranks wait for the slowest (R3 Gini skew 0.9, 10 hot experts, G = 2 real ranks, E = 32, k = 1)"
            )
            .Published(84, "abstract: idle time falls by up to 84 %; 97.6 and 98.9 % in the authors' files against no scheduling")
            .In("%")
            .Accept(atLeast: 84)
            .Because("the abstract's baseline is not known; here it is fixed placement in the same program")
            .From(Scale.Full)
            .OnTiming()
            .Measured(falls.Length == 0 || with.Length != without.Length ? null : Estimate(falls, "wait"));
        double[] share = PerSeed("harmoeny-asynchronous", r => 100 * r.ScheduleMs / r.TotalMs);
        yield return Claim
            .Value("schedule-share", "The share of the schedule in a layer's time (G = 2 real ranks, E = 32)")
            .Published(21.4, 30.2, "the authors' breakdown, on their GPU path, perhaps an older scheduler")
            .In("%")
            .Accept(atMost: 2)
            .Because("a loop over integers on the CPU instead of GPU scalars; other hardware")
            .OnTiming()
            .Measured(share.Length == 0 ? null : Estimate(share, "schedule"));

        double[] PerSeed(string system, Func<Row, double> value) =>
            [
                .. rows.Where(r => r.Cell.System == system)
                    .GroupBy(r => r.Cell.Seed)
                    .OrderBy(g => g.Key)
                    .Select(g => Quantiles.Median([.. g.Select(r => value(r.Row))])),
            ];
        static Estimate Estimate(double[] values, string id) =>
            Intervals.OfSeeds(values, RandomStream.Named("harmoeny/breakdown", id, "bootstrap"));
    }
}
