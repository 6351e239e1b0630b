using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Simulation;

namespace ResearchKit.Papers.Plexus;

/// <summary>Most nodes are gone at one moment, without a word. Training goes on with those that are left.</summary>
[Experiment("plexus/mass-crash", Paper = "arXiv:2302.13837", Shows = "Accuracy when 80 % of the nodes crash")]
public sealed class MassCrashes : Experiment<MassCrashes.Options, MassCrashes.Cell, MassCrashes.Row>
{
    private const double PingTimeoutS = 5;
    private const double AggregationTimeoutS = 300;

    /// <summary>Three ping timeouts: rounds of this model take five seconds, so a participant that waits longer may well ask.</summary>
    private const double AckTimeoutS = 3 * PingTimeoutS;

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>Nodes.</summary>
        [Range(20, 100_000)]
        [Description("nodes")]
        public int Nodes { get; init; } = 1000;

        /// <summary>Virtual seconds.</summary>
        [Range(700, 10_000_000)]
        [Description("virtual seconds of a run; the crash is at 300")]
        public double DurationS { get; init; } = 3600;

        /// <summary>The share that crashes.</summary>
        [Range(0, 0.99)]
        [Description("share of the nodes that crashes")]
        public double Share { get; init; } = 0.8;
    }

    /// <summary>A run.</summary>
    /// <param name="Seed">The seed.</param>
    public sealed record Cell(int Seed);

    /// <summary>A test of the global model.</summary>
    /// <param name="TimeS">When.</param>
    /// <param name="Round">In which round.</param>
    /// <param name="Accuracy">Its accuracy.</param>
    /// <param name="ResumedAfterS">How long after the crash the next round of which the crash's survivors alone could be was closed: the second one after it; infinite if none was.</param>
    /// <param name="IsFinite">Whether the model's loss is a number.</param>
    public sealed record Row(double TimeS, int Round, double Accuracy, double ResumedAfterS, bool IsFinite);

    private const double CrashS = 300;

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale switch
        {
            Scale.Quick => new()
            {
                Nodes = 100,
                DurationS = 1200,
                Seeds = [42, 90, 4],
            },
            Scale.Full => new() { Seeds = [42, 90, 4, 5, 6] },
            _ => new() { DurationS = 36_000, Seeds = [42, 90, 4, 5, 6] },
        };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) => options.Seeds.Select(seed => new Cell(seed));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Options options = context.Options;
        SimulationOptions world = PlexusWorld.Options(
            context,
            options.Nodes,
            options.DurationS,
            PlexusWorld.Mixture(context, options.Nodes, null, 600)
        ) with
        {
            Availability = new MassCrash(options.Nodes, options.Share, VirtualTime.FromSeconds(CrashS), context.Random("crash")),
            EvaluateEveryRounds = 1,
        };
        SimulationResult run = await DecentralizedSimulation.RunAsync(
            new Federated.Decentralized.Plexus(new() { AckTimeout = TimeSpan.FromSeconds(AckTimeoutS) }),
            world,
            cancellationToken: cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();
        int last = run.Rounds.Where(r => r.TimeS <= CrashS).Select(r => r.Round).DefaultIfEmpty(0).Max();
        double resumed = run.Rounds.Where(r => r.Round > last).Select(r => r.TimeS - CrashS).DefaultIfEmpty(double.PositiveInfinity).Min();
        int every = Math.Max(1, run.Tests.Count / 200);
        foreach ((int i, TestedModel test) in run.Tests.Index())
        {
            if (i % every == 0 || i == run.Tests.Count - 1)
            {
                yield return new Row(test.TimeS, test.Round, test.Accuracy, resumed, double.IsFinite(test.Loss));
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        if (rows.Count > 0)
        {
            yield return new Figure
            {
                Id = "accuracy",
                Title = "Accuracy before and after the crash",
                Caption = "The crash is at 300 s; one line a seed.",
                X = new Axis("Time", "virtual s"),
                Y = new Axis("Accuracy") { Minimum = 0, Maximum = 1 },
                Series =
                [
                    .. rows.GroupBy(r => r.Cell.Seed)
                        .Select(group => new Series(
                            $"seed {group.Key}",
                            SeriesKind.Line,
                            [.. group.Select(r => new SeriesPoint(r.Row.TimeS, r.Row.Accuracy))]
                        )),
                ],
                Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        IGrouping<int, Measured<Cell, Row>>[] seeds = [.. rows.GroupBy(r => r.Cell.Seed)];
        yield return Claim
            .Value("resumes", "Time from the crash of 80 % to the next round closed")
            .StatedWithoutNumber("arXiv:2302.13837v1, abstract: adapts quickly even when 80 % of nodes become unresponsive")
            .In("virtual s")
            .Accept(atMost: AggregationTimeoutS + (10 * PingTimeoutS))
            .Because("one aggregation timeout and ten ping timeouts; without a round after the crash the time is infinite")
            .From(Scale.Full)
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(PlexusWorld.Mean(seeds.Select(s => (s.Key, s.First().Row.ResumedAfterS)), "resumes"));
        yield return Claim
            .Difference("continues", "Last accuracy minus the last one before the crash")
            .StatedWithoutNumber("arXiv:2302.13837v1, abstract")
            .Accept(atLeast: -0.05)
            .Because("fewer rows are left to learn from, but the model stays")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(
                PlexusWorld.Mean(
                    seeds.Select(s =>
                        (
                            s.Key,
                            s.Last().Row.Accuracy - s.Where(r => r.Row.TimeS <= CrashS).Select(r => r.Row.Accuracy).DefaultIfEmpty(1).Last()
                        )
                    ),
                    "continues"
                )
            );
        yield return Claim
            .Exact("finite", "Tests whose loss is no number")
            .StatedWithoutNumber("no model is corrupted")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(
                rows.Count == 0
                    ? null
                    : new Metrics.Estimate(
                        rows.Count(r => !r.Row.IsFinite),
                        rows.Count(r => !r.Row.IsFinite),
                        rows.Count(r => !r.Row.IsFinite),
                        0,
                        seeds.Length,
                        Metrics.IntervalMethod.Deterministic
                    )
            );
    }
}
