using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Moe;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>moe simulate</c>.</summary>
internal static class MoeSimulateCommand
{
    public static Command Build(VerbContext context, MoeSchedulers schedulers)
    {
        Option<string> cluster = new("--cluster")
        {
            Description = "The machine: a file of moe calibrate, or dgx1-v100",
            HelpName = "file|name",
            DefaultValueFactory = _ => "dgx1-v100",
        };
        Option<string> trace = new("--trace")
        {
            Description = "The routing: .npy [tokens, layers(, k)], .jsonl of loads, .csv or .parquet",
            HelpName = "file",
            Required = true,
        };
        Option<int> experts = new("--experts")
        {
            Description = "Experts of a layer",
            HelpName = "E",
            Required = true,
        };
        Option<int> width = new("--width")
        {
            Description = "The model width",
            HelpName = "d",
            DefaultValueFactory = _ => 768,
        };
        Option<int> hidden = new("--hidden")
        {
            Description = "The hidden width",
            HelpName = "h",
            DefaultValueFactory = _ => 3072,
        };
        Option<bool> gated = new("--gated") { Description = "Experts are SwiGLU: three matrices" };
        Option<string[]> systems = new("--scheduler")
        {
            Description = $"A scheduler; repeat it: {schedulers.Names}",
            HelpName = "name",
            DefaultValueFactory = _ => ["harmoeny", "fixed", "fastermoe"],
        };
        Option<int> q = MoePlanCommand.Threshold();
        Option<double> sequences = new("--sequences")
        {
            Description = "Sequences of a rank's batch, for the rest of the model",
            HelpName = "n",
        };
        Option<SourceRanks> source = new("--source")
        {
            Description = "Where tokens are whose rank the trace does not say",
            HelpName = "blocks|roundRobin",
        };
        Option<bool> json = new("--json") { Description = "Write JSON" };
        Command command = new("simulate", "Simulate schedulers on a machine and a trace of routing")
        {
            cluster,
            trace,
            experts,
            width,
            hidden,
            gated,
            systems,
            q,
            sequences,
            source,
            json,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                string machine = a.GetValue(cluster)!;
                ClusterSpec spec =
                    machine == "dgx1-v100" ? ClusterSpec.Dgx1V100() : await ClusterFile.LoadAsync(machine, cancellationToken);
                int e = a.GetValue(experts);
                SourceRanks assumed = a.GetValue(source);
                string file = a.GetRequiredValue(trace);
                ImportedTrace imported = await TraceImport.LoadAsync(file, spec.Ranks, e, assumed, cancellationToken);
                ImportedTrace? other = imported.Assumption is null
                    ? null
                    : await TraceImport.LoadAsync(
                        file,
                        spec.Ranks,
                        e,
                        assumed == SourceRanks.Blocks ? SourceRanks.RoundRobin : SourceRanks.Blocks,
                        cancellationToken
                    );
                int layers = imported.Iterations.Max(static i => i.Count);
                MoeModel model = new("trace", e, a.GetValue(width), a.GetValue(hidden), layers, 0) { IsGated = a.GetValue(gated) };
                List<MoeSystemLine> lines = [];
                foreach (string name in a.GetValue(systems)!)
                {
                    SimulatedSystem system = new(name, schedulers.Of(name, a.GetValue(q)));
                    lines.Add(Simulate(spec, model, system, imported, other, a.GetValue(sequences), cancellationToken));
                }

                string error =
                    spec.Engine.InSampleError == 0
                        ? "the machine's constants were not fitted to measurements: no error is known"
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"fitted with errors up to {100 * spec.Engine.InSampleError:0.#} % in sample{(spec.Engine.LeaveOneOutError > 0 ? $", {100 * spec.Engine.LeaveOneOutError:0.#} % leave-one-out" : "")}; not validated on other data"
                        );
                MoeSimulateReport report = new(spec.Name, imported.Iterations.Count, layers, error, imported.Assumption, lines);
                if (a.GetValue(json))
                {
                    call.Results.Document(report);
                    return ExitCode.Done;
                }

                Show(call, report);
                return ExitCode.Done;
            },
            parsed => Problems(parsed, experts, width, hidden, q)
        );
    }

    private static IEnumerable<string> Problems(
        ParseResult parsed,
        Option<int> experts,
        Option<int> width,
        Option<int> hidden,
        Option<int> q
    )
    {
        if (parsed.GetValue(experts) < 1 || parsed.GetValue(width) < 1 || parsed.GetValue(hidden) < 1)
        {
            yield return "--experts, --width and --hidden are at least 1.";
        }

        if (parsed.GetValue(q) < 1)
        {
            yield return "--q is at least 1.";
        }
    }

    private static MoeSystemLine Simulate(
        ClusterSpec cluster,
        MoeModel model,
        SimulatedSystem system,
        ImportedTrace trace,
        ImportedTrace? other,
        double sequences,
        CancellationToken cancellationToken
    )
    {
        (double ms, LayerTiming sum, double balance) = Run(trace);
        int iterations = trace.Iterations.Count;
        return new(
            system.Name,
            ms,
            other is null ? null : Run(other).Ms,
            balance,
            sum.WaitMs / sum.TotalMs,
            (double)sum.Fetches / iterations,
            (double)sum.DroppedTokens / Math.Max(1, sum.Tokens + sum.DroppedTokens)
        );

        (double Ms, LayerTiming Sum, double Balance) Run(ImportedTrace imported)
        {
            ClusterSimulator simulator = new(cluster, model, system);
            ExpertPlacement placement = ExpertPlacement.Contiguous(cluster.Ranks, model.Experts);
            double total = 0;
            double loads = 0;
            LayerTiming parts = default;
            foreach (IReadOnlyList<TokenCounts> layers in imported.Iterations)
            {
                IterationTiming timing = simulator.Iterate(
                    [.. layers.Select(counts => new LayerLoad(counts, placement))],
                    sequences,
                    cancellationToken
                );
                total += timing.Seconds * 1000;
                loads += timing.MaxOverMean.Average();
                parts += timing.Sum;
            }

            return (total / imported.Iterations.Count, parts, loads / imported.Iterations.Count);
        }
    }

    private static void Show(Call call, MoeSimulateReport report)
    {
        ResultTable table = new ResultTable("scheduler", "ms", "other assumption", "max/mean", "waiting", "fetches", "dropped").Right(
            1,
            2,
            3,
            4,
            5,
            6
        );
        foreach (MoeSystemLine line in report.Systems)
        {
            table.Add(
                line.System,
                Text(line.IterationMs),
                line.OtherAssumptionMs is { } ms ? Text(ms) : "",
                Text(line.MaxOverMean),
                Percent(line.WaitShare),
                Text(line.Fetches),
                Percent(line.DroppedShare)
            );
        }

        call.Results.Table(table);
        call.Results.Line($"{report.Cluster}: {report.Iterations} iterations of {report.Layers} layers; {report.Error}");
        if (report.Assumption is { } assumption)
        {
            call.Note($"Assumed: {assumption}; the table shows what the other assumption gives.");
        }
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}
