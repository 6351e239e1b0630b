using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Benchmarks;

/// <summary>
/// The report of one large result: 20 figures, 40 claims, rows at three sizes. Target: 10^5 rows in under 5 s and 5 MB on 2 cores. Time beyond the figures grows linearly with the rows.
/// Run: <c>dotnet run -c Release --project benchmarks -- --filter *ReportBenchmarks*</c>
/// </summary>
[MemoryDiagnoser]
public class ReportBenchmarks
{
    private ExperimentResult result = null!;

    [Params(1_000, 10_000, 100_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        result = Result(Rows);
        await using CountingStream stream = new();
        await HtmlReport.WriteAsync([result], stream);
        await Console.Out.WriteLineAsync($"// {Rows} rows: {stream.Bytes / 1048576.0:0.00} MiB of HTML");
    }

    [Benchmark]
    public async Task<long> Write()
    {
        await using CountingStream stream = new();
        await HtmlReport.WriteAsync([result], stream);
        return stream.Bytes;
    }

    private static ExperimentResult Result(int rows)
    {
        ExperimentInfo info = new("benchmark/report", "none", "A large result", 1);
        RandomStream stream = RandomStream.Named("benchmark/report");
        Claim[] claims =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(i =>
                    Claim
                        .Ratio($"claim-{i}", $"System {i} over the next")
                        .Published(1.4, "Table 1")
                        .Accept(atLeast: 1.1 + (0.02 * i))
                        .Measured(new Estimate(1.5, 1.4, 1.6, 0.95, 5, IntervalMethod.StudentTLog))
                ),
        ];
        return new()
        {
            Experiment = info,
            Scale = Scale.Full,
            RunId = "benchmark",
            Rerun = "researchkit run benchmark/report",
            Manifest = new JsonObject { ["schema"] = 1 },
            Cells =
            [
                .. Enumerable
                    .Range(0, rows / 10)
                    .Select(i => new CellResult(i, $"{i:x32}", $"{{\"Seed\":{i}}}", CellState.Done, null, 1, 10)),
            ],
            Rows = new RowTable(
                [
                    new("System", null, true, false),
                    new("Seed", null, true, true),
                    new("Step", null, false, true),
                    new("LatencyMs", "ms", false, true),
                    new("AccuracyPercent", "%", false, true),
                ],
                [
                    .. Enumerable
                        .Range(0, rows)
                        .Select(i =>
                            new[]
                            {
                                i % 2 == 0 ? "A" : "B",
                                $"{i / 10}",
                                $"{i % 10}",
                                $"{stream.NextDouble()}",
                                $"{100 * stream.NextDouble()}",
                            }
                        ),
                ]
            ),
            Figures = [.. Enumerable.Range(0, 20).Select(i => Curves(i, stream))],
            Claims = ClaimJudge.Judge(
                [.. claims.Select(c => (info, c))],
                new JudgeContext(Scale.Full, new HashSet<string>(), MachineBusy: false)
            ),
        };
    }

    private static Figure Curves(int index, RandomStream stream) =>
        new()
        {
            Id = $"figure-{index}",
            Title = "Accuracy over rounds",
            X = new("Round"),
            Y = new("Accuracy", "%"),
            Series =
            [
                .. Enumerable
                    .Range(0, 5)
                    .Select(s => new Series(
                        $"System {s}",
                        SeriesKind.Line,
                        [
                            .. Enumerable
                                .Range(0, 20)
                                .Select(x => (X: x, Y: (60 + s + x) * (0.98 + (0.02 * stream.NextDouble()))))
                                .Select(p => new SeriesPoint(p.X, p.Y, p.Y - 2, p.Y + 2)),
                        ]
                    )),
            ],
        };

    /// <summary>A stream that only counts.</summary>
    private sealed class CountingStream : MemoryStream
    {
        public long Bytes { get; private set; }

        public override void Write(byte[] buffer, int offset, int count) => Bytes += count;

        public override void Write(ReadOnlySpan<byte> buffer) => Bytes += buffer.Length;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Bytes += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Bytes += count;
            return Task.CompletedTask;
        }
    }
}
