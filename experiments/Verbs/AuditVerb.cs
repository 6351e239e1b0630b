using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ResearchKit.Cli;
using ResearchKit.Papers.Audit;
using ResearchKit.Storage;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>audit</c>: plan a fairness audit, audit a table or a live model, simulate a platform that manipulates.</summary>
public sealed class AuditVerb : IVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <inheritdoc/>
    public Command Build(VerbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Command("audit", "Audit the fairness of answers that may be manipulated")
        {
            Plan(context),
            Run(context),
            Simulate(context),
        };
    }

    private static Command Plan(VerbContext context)
    {
        Option<long?> queries = new("--queries")
        {
            Description = "The queries of the audit [default: 1000, or what --hidden needs]",
            HelpName = "n",
        };
        Option<double> honest = Number("--honest-error", "e0", "The error rate of an honest platform on the auditor's labels", 0.15);
        Option<double> alpha = Number("--false-alarm", "alpha", "The probability of accusing an honest platform", 0.05);
        Option<double> power = Number("--power", "share", "The probability of accusing a platform that hides", 0.9);
        Option<double> share = Number("--smaller-share", "p", "The share of the smaller group, at most 0.5", 0.5);
        Option<double?> parity = new("--label-parity")
        {
            Description = "The demographic parity of the auditor's own labels: adds what depends on it",
            HelpName = "DP",
        };
        Option<double?> hidden = new("--hidden")
        {
            Description = "Find the fewest queries at which no more than this stays hidden",
            HelpName = "DP",
        };
        Option<double?> cost = new("--flip-cost")
        {
            Description = "The errors that a flipped answer adds [default: 1 - 2 e0, a flip at random]",
            HelpName = "c",
        };
        Option<bool> json = AsJson();
        Command command = new("plan", "Say how many queries, which threshold, and what can still be hidden")
        {
            queries,
            honest,
            alpha,
            power,
            share,
            parity,
            hidden,
            cost,
            json,
        };
        return context.Handle(
            command,
            (call, _) =>
            {
                ParseResult a = call.Arguments;
                AuditPlanReport r = AuditCommands.Plan(
                    a.GetValue(queries),
                    a.GetValue(honest),
                    a.GetValue(alpha),
                    a.GetValue(power),
                    a.GetValue(share),
                    a.GetValue(parity),
                    a.GetValue(hidden),
                    a.GetValue(cost)
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(r);
                    return Task.FromResult(ExitCode.Done);
                }
                if (r.WantedHidden is { } wanted)
                {
                    call.Results.Line(
                        r.QueriesForWanted is { } needed
                            ? Text($"{needed} queries accuse a platform that hides {wanted:0.####} with power {r.Power:0.##}")
                            : Text($"no number of queries accuses a platform that hides {wanted:0.####} with power {r.Power:0.##}")
                    );
                }
                call.Results.Line(
                    Text(
                        $"{r.Queries} queries: accuse from {r.RejectFrom} errors on, tau = {r.Tau:0.####}; honest platforms pass with {r.HonestPassRate:0.####}"
                    )
                );
                foreach (AuditPowerLine line in r.Powers)
                {
                    call.Results.Line(Text($"power against {line.MoreError:0.##} more error: {line.Power:0.###}"));
                }
                call.Results.Line(
                    Text($"flips at random in the smaller group hide at most {r.BlindlyConcealable:0.####} (power {r.Power:0.##})")
                );
                if (r.LabelParity is not null)
                {
                    call.Results.Line(
                        Text(
                            $"a platform that knows the labels hides up to {r.OmniscientlyConcealable:0.####}; public labels are useless from tau = {r.SmallestUselessTau:0.####} on"
                        )
                    );
                    call.Results.Line(
                        Text($"a blind projection is seen with probability {r.DetectionProbability:0.####} (idealised game)")
                    );
                }
                return Task.FromResult(ExitCode.Done);
            },
            parsed => parsed.GetValue(queries) is < 1 ? ["--queries is at least 1."] : []
        );
    }

    private static Command Run(VerbContext context)
    {
        AuditRunArguments arguments = new();
        Command command = new("run", "Audit the answers in a table, or a live model");
        arguments.AddTo(command);
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                AuditEvidence evidence = arguments.EndpointOf(a) is { } endpoint
                    ? await AuditCommands.AskAsync(
                        arguments.Table(a),
                        endpoint,
                        arguments.LedgerOf(a)!,
                        arguments.EndpointOptions(a),
                        TimeSpan.FromSeconds(arguments.TimeoutOf(a)),
                        null,
                        cancellationToken
                    )
                    : await new AuditCommands(context.OpenInput).RunAsync(arguments.Table(a), arguments.TableOptions(a), cancellationToken);
                await WriteAsync(arguments.EvidenceFile(a), () => JsonSerializer.Serialize(evidence, Json) + "\n", cancellationToken);
                await WriteAsync(arguments.HtmlFile(a), () => AuditDocuments.Html(evidence), cancellationToken);
                await WriteAsync(arguments.LatexFile(a), () => AuditDocuments.Latex(evidence), cancellationToken);
                if (arguments.AsJson(a))
                {
                    call.Results.Document(evidence);
                }
                else
                {
                    Show(call, evidence);
                }
                return arguments.Expected(a) is { } expected && expected != evidence.Verdict ? ExitCode.Failed : ExitCode.Done;
            },
            arguments.Problems
        );
    }

    private static Command Simulate(VerbContext context)
    {
        Option<string?> data = new("--data")
        {
            Description = "A table of labels, scores and groups [default: generated people]",
            HelpName = "file",
        };
        Option<string?> label = new("--label") { Description = "The column of labels, 0 or 1", HelpName = "column" };
        Option<string?> score = new("--score") { Description = "The column of the platform's scores, in [0, 1]", HelpName = "column" };
        Option<string?> group = new("--group") { Description = "The column of the protected attribute", HelpName = "column" };
        Option<string?> value = new("--protected") { Description = "The value that makes the protected group", HelpName = "value" };
        Option<string> model = new("--model")
        {
            Description = "The model of generated people: gbdt or logistic",
            HelpName = "name",
            DefaultValueFactory = _ => AuditDatasets.Gbdt,
        };
        Option<int> budget = new("--queries")
        {
            Description = "The queries of an audit",
            HelpName = "n",
            DefaultValueFactory = _ => 1000,
        };
        Option<double?> tau = new("--tau")
        {
            Description = "The error rate from which answers are not believed [default: by --false-alarm]",
            HelpName = "tau",
        };
        Option<double> alpha = Number("--false-alarm", "alpha", "The probability of accusing an honest platform", 0.05);
        Option<int> seeds = new("--seeds")
        {
            Description = "The audit sets drawn",
            HelpName = "count",
            DefaultValueFactory = _ => 5,
        };
        Option<bool> json = AsJson();
        Command command = new("simulate", "Play every manipulation against an auditor")
        {
            data,
            label,
            score,
            group,
            value,
            model,
            budget,
            tau,
            alpha,
            seeds,
            json,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                AuditSimulationReport r = await AuditCommands.SimulateAsync(
                    a.GetValue(data),
                    a.GetValue(label),
                    a.GetValue(score),
                    a.GetValue(group),
                    a.GetValue(value),
                    a.GetValue(model)!,
                    a.GetValue(budget),
                    a.GetValue(tau),
                    a.GetValue(alpha),
                    a.GetValue(seeds),
                    cancellationToken
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(r);
                    return ExitCode.Done;
                }
                call.Results.Line(
                    Text(
                        $"{r.Source}: {r.Budget} queries, {r.Seeds} audit sets, tau = {r.Tau:0.####}; honest error {r.HonestError:0.####}, parity {r.HonestParity:0.####}, passes with {r.HonestPassRate:0.##}"
                    )
                );
                ResultTable table = new ResultTable(
                    "strategy",
                    "concealable",
                    "passing sets",
                    "hides at its strongest",
                    "error then",
                    "changed then",
                    "detected then"
                ).Right(1, 2, 3, 4, 5, 6);
                foreach (AuditSimulationLine s in r.Strategies)
                {
                    table.Add(
                        s.Strategy,
                        s.Concealable is { } c ? Text($"{c:0.0000}") : "none passes",
                        Text($"{s.SeedsPassing} of {r.Seeds}"),
                        Text($"{s.StrongestHidden:0.0000}"),
                        Text($"{s.StrongestError:0.0000}"),
                        Text($"{s.StrongestHamming:0.0000}"),
                        Text($"{100 * s.DetectedShare:0} %")
                    );
                }
                call.Results.Table(table);
                call.Results.Line(
                    r.OmniscientlyConcealable is { } bound
                        ? Text($"no platform, whatever it knows, hides more than {bound:0.####} on these audit sets")
                        : "tau allows no error at all: no platform passes"
                );
                return ExitCode.Done;
            },
            parsed =>
                parsed.GetValue(data) is not null && new[] { label, score, group, value }.Any(o => parsed.GetValue(o) is null)
                    ? ["With --data give --label, --score, --group and --protected."]
                : parsed.GetValue(seeds) < 1 || parsed.GetValue(budget) < 1 ? ["--seeds and --queries are at least 1."]
                : []
        );
    }

    private static void Show(Call call, AuditEvidence evidence)
    {
        call.Results.Line(
            Text(
                $"{AuditDocuments.Verdict(evidence)}: {evidence.Source}, {evidence.Rows} rows{(evidence.Dropped > 0 ? $", {evidence.Dropped} left out" : "")}"
            )
        );
        foreach (string reason in AuditDocuments.Reasons(evidence))
        {
            call.Results.Line(reason);
        }
        foreach (AuditedAttributeReport attribute in evidence.Attributes)
        {
            AuditMetricReport[] metrics =
            [
                .. attribute.Metrics.Where(m => m.Metric is "selectionRate" or "truePositiveRate" or "falsePositiveRate" or "accuracy"),
            ];
            ResultTable table = new ResultTable([attribute.Attribute, "rows", .. metrics.Select(m => m.Metric)]).Right([
                .. Enumerable.Range(1, metrics.Length + 1),
            ]);
            for (int g = 0; g < metrics[0].Groups.Count; g++)
            {
                AuditGroupReport first = metrics[0].Groups[g];
                table.Add([
                    first.IsSmall ? $"{first.Group} (few rows)" : first.Group,
                    first.Rows.ToString(CultureInfo.InvariantCulture),
                    .. metrics.Select(m => (ResultCell)(m.Groups[g].Value is { } v ? Text($"{v:0.000}") : "unknown")),
                ]);
            }
            call.Results.Table(table);
        }
        if (evidence.Queries is { } q)
        {
            call.Results.Line(
                Text($"{q.Asked} of {q.Budget} questions asked ({q.AskedNow} now), {q.Unanswered} without an answer; ledger {q.Ledger}")
            );
        }
    }

    private static Task WriteAsync(string? path, Func<string> content, CancellationToken cancellationToken) =>
        path is null ? Task.CompletedTask : AtomicFile.WriteTextAsync(path, content(), cancellationToken);

    private static Option<double> Number(string name, string help, string description, double value) =>
        new(name)
        {
            Description = description,
            HelpName = help,
            DefaultValueFactory = _ => value,
        };

    private static Option<bool> AsJson() => new("--json") { Description = "Answer with one JSON document" };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
