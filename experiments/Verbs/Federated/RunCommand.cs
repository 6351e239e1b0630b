using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Federated.Deployment;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>federated run</c>: a whole network of processes on this machine.</summary>
internal sealed class RunCommand
{
    private readonly Option<int?> _processes = Number("--processes", "Processes [default: 4]", "P");
    private readonly Option<int?> _nodes = Number("--nodes", "Nodes in each process [default: 5]", "m");
    private readonly Option<int?> _rounds = Number("--rounds", "Rounds until it stops [default: 20]", "R");
    private readonly Option<int?> _sample = Number("--sample", "s: how many nodes train in a round [default: 5]", "s");
    private readonly Option<double?> _fraction = Real(
        "--success-fraction",
        "Share of a sample's models that closes a round [default: 0.8]",
        "sf"
    );
    private readonly Option<double?> _alpha = Real("--alpha", "Dirichlet parameter of the nodes' labels [default: all alike]", "alpha");
    private readonly Option<double?> _drop = Real("--drop", "Probability that a message is lost [default: 0]", "p");
    private readonly Option<double?> _duplicate = Real("--duplicate", "Probability that a message is sent twice [default: 0]", "p");
    private readonly Option<double?> _reorder = Real("--reorder", "Probability that a message is overtaken [default: 0]", "p");
    private readonly Option<double?> _delay = Real("--delay-ms", "Delay of each message [default: 0]", "ms");
    private readonly Option<double?> _partition = Real(
        "--partition-s",
        "From 5 s on, halves cannot hear each other for so long [default: 0]",
        "s"
    );
    private readonly Option<string?> _kill = new("--kill")
    {
        Description = "Kill a process at one round and restart it at another, for example 3@5-12",
        HelpName = "process@round-round",
    };
    private readonly Option<double?> _cap = Real("--cap", "Cap of each node's transfers, bytes per second [default: none]", "bytes/s");
    private readonly Option<double?> _limit = Real("--limit-s", "Give up after so many seconds [default: 300]", "s");
    private readonly Option<int?> _seed = Number("--seed", "Decides keys, rows, batches and faults [default: 1]", "n");
    private readonly Option<string?> _out = new("--out")
    {
        Description = "A folder for plan, states and journals [default: network]",
        HelpName = "folder",
    };
    private readonly Option<bool> _force = new("--force") { Description = "Replace what is in --out" };
    private readonly Option<bool> _json = new("--json") { Description = "Answer with one JSON document" };

    public Command Build(VerbContext context)
    {
        Command command = new("run", "Run a network without a server (Plexus): several processes on this machine, with faults if asked");
        foreach (
            Option option in (Option[])
                [
                    _processes,
                    _nodes,
                    _rounds,
                    _sample,
                    _fraction,
                    _alpha,
                    _drop,
                    _duplicate,
                    _reorder,
                    _delay,
                    _partition,
                    _kill,
                    _cap,
                    _limit,
                    _seed,
                    _out,
                    _force,
                    _json,
                ]
        )
        {
            command.Add(option);
        }

        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                string folder = call.Arguments.GetValue(_out) ?? "network";
                if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    if (!call.Arguments.GetValue(_force))
                    {
                        throw new ArgumentException($"{folder} is not empty; choose another with --out, or replace it with --force.");
                    }

                    Directory.Delete(folder, recursive: true);
                }

                int rounds = call.Arguments.GetValue(_rounds) ?? 20;
                NetworkReport report = await RunAsync(
                    Plan(call.Arguments),
                    folder,
                    rounds,
                    Killing(call.Arguments.GetValue(_kill)),
                    TimeSpan.FromSeconds(call.Arguments.GetValue(_limit) ?? 300),
                    context.Clock,
                    cancellationToken
                );
                if (call.Arguments.GetValue(_json))
                {
                    call.Results.Document(report);
                }
                else
                {
                    Show(report, call.Results);
                }

                return report.Rounds >= rounds ? ExitCode.Done : ExitCode.Failed;
            },
            Check
        );
    }

    /// <summary>Runs a network until it has closed so many rounds, or its time is up.</summary>
    internal static async Task<NetworkReport> RunAsync(
        NetworkPlan plan,
        string folder,
        int rounds,
        (int Process, int Kill, int Restart)? killing,
        TimeSpan limit,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        NetworkRun run = new(plan, Path.GetFullPath(folder));
        long start = clock.GetTimestamp();
        await using (run)
        {
            await run.StartAsync(cancellationToken);
            bool isKilled = false;
            bool isBack = killing is null;
            while (clock.GetElapsedTime(start) < limit && (run.RoundCount < rounds || !isBack))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellationToken);
                await run.ReadAsync(cancellationToken);
                if (killing is { } k)
                {
                    if (!isKilled && run.LastRound >= k.Kill)
                    {
                        run.Kill(k.Process);
                        isKilled = true;
                    }
                    else if (isKilled && !isBack && run.LastRound >= k.Restart)
                    {
                        run.Start(k.Process);
                        isBack = true;
                    }
                }
            }
        }

        return NetworkReport.Of(run.Reports, clock.GetElapsedTime(start).TotalSeconds);
    }

    internal static (int Process, int Kill, int Restart)? Killing(string? text)
    {
        string[] parts = text?.Split('@', '-') ?? [];
        return
            parts.Length == 3
            && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int process)
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int kill)
            && int.TryParse(parts[2], CultureInfo.InvariantCulture, out int restart)
            && process >= 0
            && kill >= 1
            && restart > kill
            ? (process, kill, restart)
            : null;
    }

    private NetworkPlan Plan(ParseResult a)
    {
        int processes = a.GetValue(_processes) ?? 4;
        int nodes = a.GetValue(_nodes) ?? 5;
        double partition = a.GetValue(_partition) ?? 0;
        return new()
        {
            Seed = (ulong)(a.GetValue(_seed) ?? 1),
            Ports = NetworkRun.FreePorts(processes),
            NodesPerProcess = nodes,
            SampleSize = a.GetValue(_sample) ?? Math.Min(5, processes * nodes),
            SuccessFraction = a.GetValue(_fraction) ?? 0.8,
            PingTimeoutS = 1.5,
            AggregationTimeoutS = 8,
            RowsPerNode = 50,
            Alpha = a.GetValue(_alpha),
            CapBytesPerSecond = a.GetValue(_cap),
            Faults = new FaultPlan
            {
                Drop = a.GetValue(_drop) ?? 0,
                Duplicate = a.GetValue(_duplicate) ?? 0,
                Reorder = a.GetValue(_reorder) ?? 0,
                DelayMs = a.GetValue(_delay) ?? 0,
                Partitions = partition > 0 ? [new(5, 5 + partition, [.. Enumerable.Range(0, processes * nodes / 2)])] : [],
            },
        };
    }

    private static void Show(NetworkReport report, ResultWriter output)
    {
        output.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Rounds} rounds in {report.TimeS:0.0} s, the last one {report.LastRound}; accuracy {report.Accuracy:0.000}"
            )
        );
        output.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"rounds closed more than once: {report.Duplicates}; lineages at the end: {report.Lineages}; aggregators lost: {report.AggregatorsLost}; rejected: {report.Rejected}; failed calls: {report.FailedCalls}"
            )
        );
    }

    private IEnumerable<string> Check(ParseResult a)
    {
        foreach (Option<int?> option in (Option<int?>[])[_processes, _nodes, _rounds, _sample])
        {
            if (a.GetValue(option) < 1)
            {
                yield return $"{option.Name} is {a.GetValue(option)}; allowed is at least 1.";
            }
        }

        foreach (Option<double?> option in (Option<double?>[])[_drop, _duplicate, _reorder])
        {
            if (a.GetValue(option) is not (null or (>= 0 and < 1)))
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{option.Name} is {a.GetValue(option)}; allowed is at least 0 and below 1."
                );
            }
        }

        foreach (Option<double?> option in (Option<double?>[])[_fraction, _alpha, _cap, _limit])
        {
            if (a.GetValue(option) is not (null or > 0))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {a.GetValue(option)}; allowed is above 0.");
            }
        }

        if (a.GetValue(_kill) is { } kill && (Killing(kill) is not { } k || k.Process >= (a.GetValue(_processes) ?? 4)))
        {
            yield return $"--kill is '{kill}'; it names a process, the round to kill it at, and a later one to restart it at: 3@5-12.";
        }
    }

    private static Option<int?> Number(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static Option<double?> Real(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };
}
