using System.Text.Json.Nodes;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Experiments;

/// <summary>Results with everything a report has to show: each verdict, cells of each state, hostile text, missing numbers, a problem.</summary>
internal static class ReportExamples
{
    internal const string Hostile = "<script>alert('x')</script>\" onload=\"y";

    public static ExperimentResult Skew { get; } =
        Result(
            "harmoeny/throughput-vs-skew",
            "Throughput under growing router skew",
            [FigureExamples.Line, FigureExamples.Bars],
            SkewClaims(),
            rows: 240
        );

    public static ExperimentResult Cache { get; } =
        Result(
            "proximity/hit-rate",
            "Hit rate of the approximate cache",
            [FigureExamples.Heat, FigureExamples.Ecdf, FigureExamples.Box, FigureExamples.Empty],
            CacheClaims(),
            rows: 12
        ) with
        {
            Problems = [$"draw: ArgumentException: {Hostile}"],
        };

    public static IReadOnlyList<JudgedClaim> Claims { get; } = [.. Skew.Claims, .. Cache.Claims];

    public static ExperimentResult Large(int rows, int figures) =>
        Result(
            "fens/large",
            "A large result",
            [
                .. Enumerable
                    .Range(0, figures)
                    .Select(i => FigureExamples.All[i % (FigureExamples.All.Count - 1)] with { Id = $"figure-{i}" }),
            ],
            SkewClaims(),
            rows
        );

    private static ExperimentResult Result(string id, string shows, IReadOnlyList<Figure> figures, IReadOnlyList<Claim> claims, int rows)
    {
        ExperimentInfo info = new(id, "arXiv:2506.12417", shows, 1);
        JudgeContext context = new(Scale.Quick, new HashSet<string> { "data:wikitext" }, MachineBusy: true);
        RandomStream stream = RandomStream.Named("test/report", id);
        return new()
        {
            Experiment = info,
            Scale = Scale.Quick,
            RunId = "20260103T101500123-ab12",
            Folder = "/runs/" + id,
            Rerun = $"researchkit run {id} --scale quick --set Batch=64",
            Manifest = new JsonObject
            {
                ["schema"] = 1,
                ["experiment"] = id,
                ["createdUtc"] = "2026-01-03T10:15:00Z",
                ["durationSeconds"] = 12.5,
                ["options"] = new JsonObject
                {
                    ["Batch"] = 64,
                    ["Skews"] = new JsonArray(0, 0.5, 0.9),
                    ["Training"] = new JsonObject { ["Rate"] = 0.1 },
                },
                ["researchKit"] = new JsonObject
                {
                    ["version"] = "0.1.0",
                    ["commit"] = "c1fd0c0aabbccdd",
                    ["dirty"] = true,
                },
                ["runtime"] = new JsonObject { ["os"] = "Linux", ["dotnet"] = "10.0.1" },
                ["machine"] = new JsonObject
                {
                    ["cpu"] = "Some CPU",
                    ["cores"] = 2,
                    ["gpu"] = new JsonArray(),
                },
                ["packages"] = new JsonArray(
                    new JsonObject { ["id"] = "ScottPlot", ["version"] = "5.1.59" },
                    new JsonObject { ["id"] = "TorchSharp", ["version"] = "0.107.0" }
                ),
                ["environment"] = new JsonObject { ["OMP_WAIT_POLICY"] = Hostile },
                ["energy"] = null,
            },
            Cells =
            [
                new(0, "bc2e000118a5ec1bfb1b79e6b6cb40c3", "{\"Seed\":1,\"System\":\"HarMoEny\"}", CellState.Done, null, 812.4, 2),
                new(
                    1,
                    "aa2e000118a5ec1bfb1b79e6b6cb40c3",
                    "{\"Seed\":2,\"System\":\"HarMoEny\"}",
                    CellState.Failed,
                    $"InvalidOperationException: {Hostile}"
                ),
                new(
                    2,
                    "cc2e000118a5ec1bfb1b79e6b6cb40c3",
                    "{\"Seed\":3,\"System\":\"HarMoEny\"}",
                    CellState.Skipped,
                    "data:wikitext is not here"
                ),
                new(3, "dd2e000118a5ec1bfb1b79e6b6cb40c3", "{\"Seed\":4,\"System\":\"HarMoEny\"}", CellState.Damaged, "hash differs"),
            ],
            Rows = new RowTable(
                [
                    new("System", null, true, false),
                    new("Seed", null, true, true),
                    new("LatencyMs", "ms", false, true),
                    new("Note", null, false, false),
                ],
                [
                    .. Enumerable
                        .Range(0, rows)
                        .Select(i =>
                            new[]
                            {
                                i % 2 == 0 ? "HarMoEny" : "Round robin",
                                $"{i}",
                                i == 3 ? "NaN" : FormattableString.Invariant($"{stream.NextDouble()}"),
                                i == 5 ? Hostile : "",
                            }
                        ),
                ]
            ),
            Figures = figures,
            Claims = ClaimJudge.Judge([.. claims.Select(c => (info, c))], context),
        };
    }

    private static List<Claim> SkewClaims() =>
        [
            Claim
                .Ratio("over-next-best", "HarMoEny over the next best system at 90 % skew")
                .Published(1.37, 1.70, "abstract")
                .Accept(atLeast: 1.3)
                .Because("simulated PCIe; the constants are those of the paper's machines")
                .On(DataOrigin.Generated, HardwareOrigin.Simulated)
                .Measured(new(1.52, 1.48, 1.55, 0.95, 5, IntervalMethod.StudentTLog)),
            Claim
                .Ratio("over-round-robin", "HarMoEny over round robin at 50 % skew")
                .Published(1.2, "Fig. 6")
                .Accept(atLeast: 1.1)
                .Measured(new(1.14, 1.02, 1.27, 0.95, 5, IntervalMethod.StudentTLog)),
            Claim
                .Value("idle", "GPUs stay idle less than 5 % of the time")
                .Published(3.1, "Section 5.2")
                .Accept(atMost: 5)
                .In("%")
                .Measured(new(7.2, 6.1, 8.3, 0.95, 5, IntervalMethod.StudentT)),
            Claim
                .Value("scheduling-time", "Scheduling takes at most 2 ms")
                .Published(2, "Fig. 9")
                .Accept(atMost: 2)
                .In("ms")
                .OnTiming()
                .Measured(new(1.5, 1.4, 1.6, 0.95, 5, IntervalMethod.StudentT)),
            Claim
                .Difference("real-text", "The same holds on WikiText")
                .StatedWithoutNumber("Section 5.4")
                .Accept(atLeast: 0)
                .On(DataOrigin.Real)
                .Requires("data:wikitext"),
        ];

    private static List<Claim> CacheClaims() =>
        [
            Claim
                .Exact("exact", $"Cached answers equal the index's {Hostile}")
                .StatedWithoutNumber("Section 3")
                .Measured(new(0, 0, 0, 0, 1, IntervalMethod.Deterministic)),
            Claim.AllOf(
                "both",
                "The hit rate grows with capacity and with the threshold",
                Claim.Monotone("capacity", "grows with capacity").Accept(atMost: 0).Measured(new(0, 0, 0, 0, 3, IntervalMethod.None)),
                Claim.Monotone("threshold", "grows with the threshold").Accept(atMost: 0).Measured(new(1, 1, 1, 0, 3, IntervalMethod.None))
            ),
            Claim.Crossover("crossover", "The cache pays from 40 queries on").Published(40, "Fig. 3").Accept(20, 60) with
            {
                NotMeasuredBecause = "the curves do not meet",
            },
        ];
}
