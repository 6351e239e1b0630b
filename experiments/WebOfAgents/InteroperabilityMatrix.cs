using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using ResearchKit.Agents;
using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>
/// Ecosystems that really run here, each with its own client stack, in all ordered pairs: without a bridge a caller reaches only its own kind; through the common layer it reaches all, with one adapter an ecosystem
/// instead of one for each ordered pair. What survives of a message is counted, member by member.
/// </summary>
[Experiment("woa/interop-matrix", Paper = "arXiv:2505.21550", Shows = "Who reaches whom, without bridges and through the common layer")]
public sealed class InteroperabilityMatrix
    : Experiment<InteroperabilityMatrix.Options, InteroperabilityMatrix.Cell, InteroperabilityMatrix.Row>
{
    private const string Direct = "direct";
    private const string Layer = "layer";
    private const string NotInPaper = "the paper argues it in words (sections on fragmentation); it has no experiments";

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The ecosystems.</summary>
        [PlanOnly]
        [Description("the ecosystems: woa/1, a2a-1.0, a2a-0.3, mcp, agora, extensions.ai")]
        public IReadOnlyList<string> Ecosystems { get; init; } = ["woa/1", "a2a-1.0", "a2a-0.3", "mcp", "agora", "extensions.ai"];
    }

    /// <summary>A caller of one ecosystem and an agent of another.</summary>
    /// <param name="Caller">Who calls, with its own client stack.</param>
    /// <param name="Agent">Whose agent is called.</param>
    /// <param name="Way">direct or layer.</param>
    [Timing(WarmUp = 0, Repeats = 1)]
    public sealed record Cell(string Caller, string Agent, string Way);

    /// <summary>What came back.</summary>
    /// <param name="Works">1 if the text came back, else 0.</param>
    /// <param name="Lossless">Of eight members of a message (text, data, file, file name, media type, metadata, conversation, skill) those that came back as they were.</param>
    /// <param name="LatencyMs">The time of one call.</param>
    /// <param name="Problem">Why it does not work, or empty.</param>
    public sealed record Row(int Works, int Lossless, double LatencyMs, string Problem);

    /// <inheritdoc/>
    public override Options For(Scale scale) => new() { Seeds = [1] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from way in new[] { Direct, Layer }
        from caller in options.Ecosystems
        from agent in options.Ecosystems
        select new Cell(caller, agent, way);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return await MeasureAsync(cell, cancellationToken);
    }

    // Direct: the caller's stack speaks to the agent's own endpoint, of the agent's kind only. Layer: a host of this library stands between; it speaks every kind to callers, and the agent's kind to the agent.
    private static async Task<Row> MeasureAsync(Cell cell, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        await using WebApplication native = await EchoHost.StartAsync(limit.Token);
        Uri root = new(native.Urls.First());
        AgentMessage message = AgentMessage.FromUser([
            AgentPart.OfText("grüezi"),
            AgentPart.OfJson("""{"city":"Bern"}"""),
            AgentPart.OfBytes([1, 2, 3], "image/png", "a.png"),
        ]) with
        {
            ContextId = "c-1",
            Skill = "echo",
            Metadata = new Dictionary<string, JsonElement> { ["k"] = JsonDocument.Parse("7").RootElement.Clone() },
        };
        long start = Stopwatch.GetTimestamp();
        try
        {
            AgentMessage answer;
            if (cell.Way == Direct)
            {
                answer = await EcosystemCaller.AskAsync(cell.Caller, EcosystemCaller.Endpoint(cell.Agent, root), message, limit.Token);
            }
            else
            {
                await using EcosystemHandler behind = new(cell.Agent, root);
                await using WebApplication layer = await EchoHost.StartAsync(limit.Token, behind);
                Uri entrance = EcosystemCaller.Endpoint(cell.Caller, new Uri(layer.Urls.First()));
                start = Stopwatch.GetTimestamp();
                answer = await EcosystemCaller.AskAsync(cell.Caller, entrance, message, limit.Token);
                await layer.StopAsync(limit.Token);
            }
            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            int works = answer.Parts.Any(p => p.Text == "grüezi" || p.Text?.Contains("grüezi", StringComparison.Ordinal) == true) ? 1 : 0;
            return new Row(works, works == 0 ? 0 : Kept(message, answer), milliseconds, works == 1 ? "" : "another text came back");
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new Row(0, 0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, e.GetType().Name);
        }
        finally
        {
            await native.StopAsync(CancellationToken.None);
        }
    }

    private static int Kept(AgentMessage sent, AgentMessage got)
    {
        AgentPart? file = got.Parts.FirstOrDefault(p => p.Raw is not null);
        return new[]
        {
            got.Parts.Any(p => p.Text == "grüezi"),
            got.Parts.Any(p =>
                p.Data is { ValueKind: JsonValueKind.Object } d && d.TryGetProperty("city", out JsonElement c) && c.GetString() == "Bern"
            ),
            file?.Raw is [1, 2, 3],
            file?.Filename == "a.png",
            file?.MediaType == "image/png",
            got.Metadata?.TryGetValue("k", out JsonElement k) == true && k.ValueKind == JsonValueKind.Number && k.GetInt32() == 7,
            got.ContextId == sent.ContextId,
            got.Skill == sent.Skill,
        }.Count(x => x);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        rows.GroupBy(r => r.Cell.Way)
            .Select(way =>
            {
                string[] names = [.. way.Select(r => r.Cell.Caller).Distinct()];
                return new Figure
                {
                    Id = $"interop-{way.Key}",
                    Title = way.Key == Direct ? "Without bridges" : "Through the common layer",
                    Caption =
                        "Members of a message, of eight, that come back as they were; 0: the call does not work. Not a figure of the paper.",
                    X = new Axis("Agent") { Categories = names },
                    Y = new Axis("Caller") { Categories = names },
                    Series =
                    [
                        new Series(
                            "members",
                            SeriesKind.Heat,
                            [
                                .. way.Select(r => new SeriesPoint(
                                    Array.IndexOf(names, r.Cell.Agent),
                                    Array.IndexOf(names, r.Cell.Caller),
                                    Value: r.Row.Lossless
                                )),
                            ]
                        ),
                    ],
                };
            });

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        Row[] layer = [.. rows.Where(r => r.Cell.Way == Layer).Select(r => r.Row)];
        (Cell Cell, Row Row)[] direct = [.. rows.Where(r => r.Cell.Way == Direct).Select(r => (r.Cell, r.Row))];
        yield return Claim
            .Exact("layer-reaches-all", "Ordered pairs of six running ecosystems that do not reach one another through the common layer")
            .StatedWithoutNumber(NotInPaper)
            .Because("each has one adapter to the layer: 6 instead of 30 directed bridges")
            .Measured(layer.Length == 0 ? null : Exactly(layer.Count(r => r.Works == 0)));
        yield return Claim
            .Exact(
                "direct-is-diagonal",
                "Ordered pairs that work without a bridge although caller and agent are of different kinds, or fail although they are of one (woa/1 and extensions.ai speak the same here)"
            )
            .StatedWithoutNumber(NotInPaper)
            .Because("no client speaks another's protocol; an endpoint of A2A is taken to speak one version, as others' servers do")
            .Measured(direct.Length == 0 ? null : Exactly(direct.Count(d => (d.Row.Works == 1) != SameWire(d.Cell.Caller, d.Cell.Agent))));
        yield return Claim
            .Value(
                "a2a-is-lossless",
                "Share of a message's members that survive between A2A 1.0 and the own profile, both ways through the layer"
            )
            .StatedWithoutNumber(NotInPaper)
            .Accept(atLeast: 0.95)
            .Because("the part model is the same")
            .WithSeedsAtLeast(1)
            .Measured(Share(rows));
    }

    private static bool SameWire(string a, string b) => a == b || (Native(a) && Native(b));

    private static bool Native(string ecosystem) => ecosystem is "woa/1" or "extensions.ai";

    private static Estimate? Share(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        int[] kept =
        [
            .. rows.Where(r =>
                    r.Cell is { Way: Layer, Caller: "a2a-1.0", Agent: "woa/1" } or { Way: Layer, Caller: "woa/1", Agent: "a2a-1.0" }
                )
                .Select(r => r.Row.Lossless),
        ];
        return kept.Length == 2
            ? new Estimate(kept.Average() / 8, kept.Average() / 8, kept.Average() / 8, 0, 1, IntervalMethod.Deterministic)
            : null;
    }

    private static Estimate Exactly(int value) => new(value, value, value, 0, 1, IntervalMethod.Deterministic);
}
