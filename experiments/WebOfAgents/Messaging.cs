using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ResearchKit.Agents.Security;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>
/// What the layer costs: answers in a second of an agent, of the same agent over A2A and MCP (C# SDK), and of a bare minimal-API echo, by the same callers in the same process and run. Times mean nothing but
/// as ratios within a run.
/// </summary>
[Experiment("woa/messaging", Paper = "arXiv:2505.21550", Shows = "Answers in a second, beside a bare echo")]
public sealed class Messaging : Experiment<Messaging.Options, Messaging.Cell, Messaging.Row>
{
    private const string NotInPaper = "not in the paper, which has no experiments";
    private static readonly string[] Endpoints = ["bare", "woa/1", "a2a-1.0", "mcp"];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>Callers at the same time.</summary>
        [Range(1, 1024)]
        [Description("callers at the same time")]
        public int Callers { get; init; } = 8;

        /// <summary>How long each endpoint is called.</summary>
        [Range(50, 60_000)]
        [Description("how long each endpoint is called, in milliseconds")]
        public int MeasureMs { get; init; } = 400;
    }

    /// <summary>All endpoints, one after the other, in one process.</summary>
    /// <param name="Seed">The repetition; endpoints begin at another place in each.</param>
    [Timing(WarmUp = 0, Repeats = 1)]
    public sealed record Cell(int Seed);

    /// <summary>An endpoint.</summary>
    /// <param name="Endpoint">bare, woa/1, a2a-1.0 or mcp.</param>
    /// <param name="AnswersPerSecond">Answers in a second.</param>
    /// <param name="MedianMs">The median time of an answer.</param>
    /// <param name="P99Ms">Its 99th percentile.</param>
    /// <param name="Failures">Answers that were no success.</param>
    public sealed record Row(string Endpoint, double AnswersPerSecond, double MedianMs, double P99Ms, int Failures);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [1, 2, 3], MeasureMs = 200 }
            : new Options { Seeds = [1, 2, 3, 4, 5], MeasureMs = 3_000 };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) => options.Seeds.Select(s => new Cell(s));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using WebApplication bare = await BareAsync(cancellationToken);
        await using WebApplication agents = await EchoHost.StartAsync(cancellationToken);
        using HttpClient http = new(OutboundPolicy.Loopback.CreateHandler());
        Uri root = new(agents.Urls.First());
        foreach (bool warm in new[] { true, false })
        {
            for (int i = 0; i < Endpoints.Length; i++)
            {
                string endpoint = Endpoints[(i + cell.Seed) % Endpoints.Length];
                Uri url = endpoint == "bare" ? new Uri(bare.Urls.First()) : EcosystemCaller.Endpoint(endpoint, root);
                Row row = await MeasureAsync(http, endpoint, url, context.Options, warm, cancellationToken);
                if (!warm)
                {
                    yield return row;
                }
            }
        }
        await bare.StopAsync(cancellationToken);
        await agents.StopAsync(cancellationToken);
    }

    private static async Task<Row> MeasureAsync(
        HttpClient http,
        string endpoint,
        Uri url,
        Options options,
        bool warm,
        CancellationToken cancellationToken
    )
    {
        byte[] body = Body(endpoint);
        LatencyHistogram histogram = new();
        int failures = 0;
        int answers = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan end = TimeSpan.FromMilliseconds(warm ? 2 * options.MeasureMs : options.MeasureMs);
        await Task.WhenAll(
            Enumerable
                .Range(0, options.Callers)
                .Select(async _ =>
                {
                    while (Stopwatch.GetElapsedTime(start) < end)
                    {
                        long began = Stopwatch.GetTimestamp();
                        using HttpRequestMessage request = Request(endpoint, url, body);
                        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
                        await response.Content.ReadAsByteArrayAsync(cancellationToken);
                        TimeSpan took = Stopwatch.GetElapsedTime(began);
                        lock (histogram)
                        {
                            histogram.Record(took);
                            answers++;
                            failures += response.IsSuccessStatusCode ? 0 : 1;
                        }
                    }
                })
        );
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Row(endpoint, answers / seconds, histogram.QuantileMilliseconds(0.5), histogram.QuantileMilliseconds(0.99), failures);
    }

    private static HttpRequestMessage Request(string endpoint, Uri url, byte[] body)
    {
        HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (endpoint == "a2a-1.0")
        {
            request.Headers.TryAddWithoutValidation("A2A-Version", "1.0");
        }
        else if (endpoint == "mcp")
        {
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2025-11-25");
        }
        return request;
    }

    private static byte[] Body(string endpoint)
    {
        string text = new('x', 900);
        return System.Text.Encoding.UTF8.GetBytes(
            endpoint switch
            {
                "a2a-1.0" =>
                    $$$$$"""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"{{{{{text}}}}}"}]}}}""",
                "mcp" =>
                    $$$$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"{{{{{text}}}}}"}}}""",
                _ => $$$$$"""{"message":{"messageId":"m","role":"user","parts":[{"text":"{{{{{text}}}}}"}]}}""",
            }
        );
    }

    // What any endpoint of ASP.NET Core pays: a JSON body read and written.
    private static async Task<WebApplication> BareAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapPost(
            "/",
            async (HttpContext c) =>
            {
                using JsonDocument document = await JsonDocument.ParseAsync(c.Request.Body, cancellationToken: c.RequestAborted);
                c.Response.ContentType = "application/json";
                byte[] json = JsonSerializer.SerializeToUtf8Bytes(document.RootElement);
                c.Response.ContentLength = json.Length;
                await c.Response.BodyWriter.WriteAsync(json, c.RequestAborted);
            }
        );
        await app.StartAsync(cancellationToken);
        return app;
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "answers",
            Title = "Answers in a second",
            Caption =
                "Callers, servers and clients in one process, 1 KiB messages. Not a figure of the paper; only ratios within a run mean something.",
            X = new Axis("Endpoint") { Categories = Endpoints },
            Y = new Axis("Answers", "1/s") { Minimum = 0 },
            Series =
            [
                new Series(
                    "answers",
                    SeriesKind.Bar,
                    [
                        .. rows.GroupBy(r => r.Row.Endpoint)
                            .OrderBy(g => Array.IndexOf(Endpoints, g.Key))
                            .Select(g => new SeriesPoint(
                                Array.IndexOf(Endpoints, g.Key),
                                Quantiles.Median([.. g.Select(r => r.Row.AnswersPerSecond)])
                            )),
                    ]
                ),
            ],
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Exact("all-answered", "Calls that were not answered with success")
            .StatedWithoutNumber(NotInPaper)
            .Because("a benchmark of failures is none")
            .Measured(
                rows.Count == 0
                    ? null
                    : new Estimate(
                        rows.Sum(r => r.Row.Failures),
                        rows.Sum(r => r.Row.Failures),
                        rows.Sum(r => r.Row.Failures),
                        0,
                        1,
                        IntervalMethod.Deterministic
                    )
            );
        yield return Claim
            .Ratio("near-the-floor", "An agent's answers in a second over those of a bare minimal-API echo, same run, no authentication")
            .StatedWithoutNumber(NotInPaper)
            .Accept(atLeast: 0.7)
            .Because(
                "the layer parses, checks, guards and writes; the floor parses and writes. At the quick scale the runtime still compiles"
            )
            .From(Scale.Full)
            .OnTiming()
            .Measured(Ratio(rows, "woa/1", "bare"));
        yield return Claim
            .Ratio("ahead-of-mcp", "An agent's answers in a second over those of tools/call of the MCP C# SDK, same run, same handler")
            .StatedWithoutNumber(NotInPaper)
            .Accept(atLeast: 2)
            .Because("the SDK sets up more for each call")
            .From(Scale.Full)
            .OnTiming()
            .Measured(Ratio(rows, "woa/1", "mcp"));
    }

    private static Estimate? Ratio(IReadOnlyList<Measured<Cell, Row>> rows, string a, string b)
    {
        double[] of = Answers(rows, a);
        double[] over = Answers(rows, b);
        return of.Length == 0 || of.Length != over.Length
            ? null
            : Intervals.PairedRatio(of, over, RandomStream.Named("woa/messaging", a, b, "bootstrap"));
    }

    private static double[] Answers(IReadOnlyList<Measured<Cell, Row>> rows, string endpoint) =>
        [.. rows.Where(r => r.Row.Endpoint == endpoint).OrderBy(r => r.Cell.Seed).Select(r => r.Row.AnswersPerSecond)];
}
