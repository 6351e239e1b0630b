using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ResearchKit.Agents.Negotiation;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>
/// When agreeing on a protocol pays: four policies on one workload, the cost of language-model work in units of one request in natural language. On the published workload of Agora's
/// demonstration (arXiv:2410.11905) and on generated ones of its shape.
/// </summary>
[Experiment("woa/negotiation", Paper = "arXiv:2505.21550", Shows = "What negotiated protocols cost and save over 1,000 requests")]
public sealed class NegotiationAmortisation
    : Experiment<NegotiationAmortisation.Options, NegotiationAmortisation.Cell, NegotiationAmortisation.Row>
{
    private const string Generated = "generated";
    private const string Agora = "agora";
    private const int Every = 50;
    private const string NotInPaper = "not in the paper, which has no experiments";

    // Event counts of the rules on the published workload, computed independently of this library.
    private static readonly (string Policy, NegotiationEvents Events)[] Independent =
    [
        ("natural-language", new(1000, 0, 0, 0, 0, 0)),
        ("pairwise", new(393, 59, 9, 14, 10, 548)),
        ("shared", new(67, 0, 0, 11, 174, 933)),
        ("shared-compiled", new(67, 0, 0, 11, 22, 933)),
    ];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The workloads.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the workloads: generated, agora")]
        public IReadOnlyList<string> Workloads { get; init; } = [Generated, Agora];

        /// <summary>Requests of a generated workload.</summary>
        [Range(100, 1_000_000)]
        [Description("requests of a generated workload")]
        public int Requests { get; init; } = 1_000;

        /// <summary>What a negotiation costs.</summary>
        [MinLength(1)]
        [Description("what a negotiation costs, in requests in natural language")]
        public IReadOnlyList<double> NegotiateCosts { get; init; } = [3, 6, 10];

        /// <summary>What writing a routine costs.</summary>
        [MinLength(1)]
        [Description("what writing a routine costs, in requests in natural language")]
        public IReadOnlyList<double> ProgramCosts { get; init; } = [0.5, 1, 3];
    }

    /// <summary>A policy on a workload.</summary>
    /// <param name="Workload">generated or agora.</param>
    /// <param name="Policy">The policy.</param>
    /// <param name="Seed">The seed of a generated workload.</param>
    public sealed record Cell(string Workload, string Policy, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => Workload == Agora ? ["data:agents"] : [];
    }

    /// <summary>The state after so many requests, at one price of negotiating and programming.</summary>
    /// <param name="Requests">Requests so far.</param>
    /// <param name="NegotiateCost">The price of a negotiation.</param>
    /// <param name="ProgramCost">The price of a routine.</param>
    /// <param name="NaturalLanguage">Requests in natural language.</param>
    /// <param name="WithProtocol">Requests with a protocol's text.</param>
    /// <param name="Pick">Choices among protocols.</param>
    /// <param name="Negotiate">Negotiations.</param>
    /// <param name="Program">Routines written.</param>
    /// <param name="Routine">Requests that a routine handled.</param>
    /// <param name="CostUnits">The cost so far.</param>
    public sealed record Row(
        int Requests,
        double NegotiateCost,
        double ProgramCost,
        int NaturalLanguage,
        int WithProtocol,
        int Pick,
        int Negotiate,
        int Program,
        int Routine,
        double CostUnits
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [1, 2, 3, 4, 5] }
            : new Options { Seeds = [.. Enumerable.Range(1, 20)], Requests = 10_000 };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from workload in options.Workloads
        from seed in workload == Agora ? [1] : options.Seeds
        from policy in new[] { "natural-language", "pairwise", "pairwise-eager", "shared", "shared-compiled" }
        select new Cell(workload, policy, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        NegotiationTrace trace =
            cell.Workload == Agora
                ? await PublishedAsync(await context.Data.RequireAsync("agents", cancellationToken), cancellationToken)
                : NegotiationTrace.Generate(context.Random("workload"), context.Options.Requests);
        INegotiationPolicy policy = Create(cell.Policy, trace.Libraries);
        NegotiationEvents events = default;
        int requests = 0;
        foreach ((NegotiationQuery? query, string? library) in trace.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (query is null)
            {
                policy.Synchronize(library!);
                continue;
            }
            events += policy.Ask(query);
            requests++;
            if (requests % Every != 0)
            {
                continue;
            }
            foreach (double negotiate in context.Options.NegotiateCosts)
            {
                foreach (double program in context.Options.ProgramCosts)
                {
                    double cost = events.Cost(new NegotiationCosts { Negotiate = negotiate, Program = program });
                    yield return new Row(
                        requests,
                        negotiate,
                        program,
                        events.NaturalLanguage,
                        events.WithProtocol,
                        events.Pick,
                        events.Negotiate,
                        events.Program,
                        events.Routine,
                        cost
                    );
                }
            }
        }
    }

    private static INegotiationPolicy Create(string name, ProtocolLibraries libraries) =>
        name switch
        {
            "natural-language" => new NaturalLanguageOnly(),
            "pairwise" => new PairwiseNegotiation(),
            "pairwise-eager" => new PairwiseNegotiation(
                new NegotiationThresholds
                {
                    Protocol = 0,
                    Negotiate = 0,
                    Implement = 0,
                }
            ),
            "shared" => new SharedNegotiation(libraries),
            _ => new SharedNegotiation(libraries, compiled: true),
        };

    private static async Task<NegotiationTrace> PublishedAsync(DatasetFolder folder, CancellationToken cancellationToken)
    {
        using var actions = JsonDocument.Parse(await File.ReadAllBytesAsync(folder.FilePath("agora/actions.json"), cancellationToken));
        using var config = JsonDocument.Parse(await File.ReadAllBytesAsync(folder.FilePath("agora/config.json"), cancellationToken));
        return NegotiationTrace.Read(actions.RootElement, config.RootElement);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        rows.Where(r => r.Row is { NegotiateCost: 6, ProgramCost: 3 })
            .GroupBy(r => r.Cell.Workload)
            .Select(workload => new Figure
            {
                Id = $"negotiation-{workload.Key}",
                Title = $"Cost of {(workload.Key == Agora ? "the published" : "a generated")} workload",
                Caption = "Cost so far in requests in natural language; a negotiation costs 6, a routine 3. Not a figure of the paper.",
                X = new Axis("Requests"),
                Y = new Axis("Cost so far", "natural-language requests") { Minimum = 0 },
                Provenance = new Provenance(workload.Key == Agora ? DataOrigin.Real : DataOrigin.Generated, HardwareOrigin.Simulated),
                Series =
                [
                    .. workload
                        .GroupBy(r => r.Cell.Policy)
                        .Select(p => new Series(
                            p.Key,
                            SeriesKind.Line,
                            [
                                .. p.GroupBy(r => r.Row.Requests)
                                    .OrderBy(q => q.Key)
                                    .Select(q => new SeriesPoint(q.Key, q.Average(r => r.Row.CostUnits))),
                            ]
                        )),
                ],
            });

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Exact(
                "events-published",
                "Event counts of four policies on the published workload differ from an independent simulation of the same rules"
            )
            .StatedWithoutNumber(NotInPaper)
            .Because("the rules leave nothing open")
            .On(DataOrigin.Real, HardwareOrigin.Simulated)
            .Requires("data:agents")
            .Measured(Differences(rows));
        yield return Claim
            .Ratio(
                "compiled-saves-published",
                "Published workload: natural language only costs so many times what shared, compiled protocols cost (6 a negotiation, 3 a routine)"
            )
            .StatedWithoutNumber($"{NotInPaper}; Agora's authors state about five times for their models")
            .Accept(atLeast: 4.5)
            .Because("1,000 requests against 67 conversations, 11 negotiations and 22 routines")
            .On(DataOrigin.Real, HardwareOrigin.Simulated)
            .Requires("data:agents")
            .WithSeedsAtLeast(1)
            .Measured(
                Saving(rows, Agora, "shared-compiled") is { Length: 1 } one
                    ? new Estimate(one[0], one[0], one[0], 0, 1, IntervalMethod.Deterministic)
                    : null
            );
        yield return Claim
            .Value("shared-talks-little", "Generated workload: the share of requests in natural language when protocols are shared")
            .StatedWithoutNumber(NotInPaper)
            .Accept(atMost: 0.10)
            .Because("6 conversations before each of at most 11 to 40 negotiations")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(OfSeeds(Ends(rows, Generated, "shared").Select(r => (double)r.NaturalLanguage / r.Requests), "talks"));
        yield return Claim
            .Ratio("compiled-saves", "Generated workload: natural language only costs so many times what shared, compiled protocols cost")
            .StatedWithoutNumber(NotInPaper)
            .Accept(atLeast: 2.5)
            .Because("more pairs are asked than in the published workload, so more is negotiated")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(OfSeeds(Saving(rows, Generated, "shared-compiled"), "compiled"));
        yield return Claim
            .Ratio(
                "thresholds-matter",
                "Generated workload: pairwise negotiation at the first request costs so many times what natural language costs"
            )
            .StatedWithoutNumber(NotInPaper)
            .Accept(atLeast: 1)
            .Because("9 units for each pair, and most pairs meet less often than the break-even of 9 requests")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(OfSeeds(Saving(rows, Generated, "pairwise-eager").Select(s => 1 / s), "eager"));
        yield return Claim
            .Exact(
                "break-even",
                "Requests after which one pair that negotiates at once has paid less than one that talks: differences from ceil((c_neg + c_prog) / (c_nl - c_r))"
            )
            .StatedWithoutNumber(NotInPaper)
            .Because("a formula and a count of the same thing, over the nine prices")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(rows.Count == 0 ? null : BreakEvenDifferences(rows));
    }

    private static Estimate? Differences(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        int compared = 0;
        int different = 0;
        foreach ((string policy, NegotiationEvents expected) in Independent)
        {
            if (Ends(rows, Agora, policy) is [{ } end])
            {
                compared++;
                NegotiationEvents actual = new(end.NaturalLanguage, end.WithProtocol, end.Pick, end.Negotiate, end.Program, end.Routine);
                different += actual == expected ? 0 : 1;
            }
        }
        return compared == Independent.Length ? Exactly(different) : null;
    }

    // One pair that negotiates at its first request against one that talks: the count is taken from the policies, not from the formula.
    private static Estimate BreakEvenDifferences(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        int different = 0;
        foreach ((double negotiate, double program) in rows.Select(r => (r.Row.NegotiateCost, r.Row.ProgramCost)).Distinct())
        {
            NegotiationCosts costs = new() { Negotiate = negotiate, Program = program };
            INegotiationPolicy eager = Create(
                "pairwise-eager",
                new ProtocolLibraries(new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, string>())
            );
            NegotiationEvents spent = default;
            int requests = 0;
            do
            {
                spent += eager.Ask(new NegotiationQuery("user", "server", "task"));
                requests++;
            } while (spent.Cost(costs) > requests * costs.NaturalLanguage && requests < 1_000);
            different += requests == costs.BreakEven() ? 0 : 1;
        }
        return Exactly(different);
    }

    private static Row[] Ends(IReadOnlyList<Measured<Cell, Row>> rows, string workload, string policy) =>
        [
            .. rows.Where(r => r.Cell.Workload == workload && r.Cell.Policy == policy && r.Row is { NegotiateCost: 6, ProgramCost: 3 })
                .GroupBy(r => r.Cell.Seed)
                .OrderBy(g => g.Key)
                .Select(g => g.MaxBy(r => r.Row.Requests)!.Row),
        ];

    private static double[] Saving(IReadOnlyList<Measured<Cell, Row>> rows, string workload, string policy)
    {
        Row[] talk = Ends(rows, workload, "natural-language");
        Row[] other = Ends(rows, workload, policy);
        return talk.Length == other.Length ? [.. talk.Zip(other, (t, o) => t.CostUnits / o.CostUnits)] : [];
    }

    private static Estimate? OfSeeds(IEnumerable<double> values, string purpose) =>
        values.ToArray() is { Length: > 0 } v ? Intervals.OfSeeds(v, RandomStream.Named("woa/negotiation", purpose, "bootstrap")) : null;

    private static Estimate Exactly(int value) => new(value, value, value, 0, 1, IntervalMethod.Deterministic);
}
