using System.CommandLine;
using System.Text.Json;
using System.Threading.Channels;
using ResearchKit.Cli;
using ResearchKit.Federated.Deployment;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>federated node</c>: one process of a network.</summary>
internal sealed class NodeCommand
{
    private readonly Option<string?> _plan = new("--plan") { Description = "The network, as 'federated run' writes it", HelpName = "file" };
    private readonly Option<int?> _process = new("--process") { Description = "Which process of the plan this is, from 0", HelpName = "n" };
    private readonly Option<string?> _state = new("--state")
    {
        Description = "Where its nodes keep what a restart needs [default: beside the plan]",
        HelpName = "folder",
    };
    private readonly Option<string?> _journal = new("--journal")
    {
        Description = "Where what happens is appended, one JSON document a line [default: beside the plan]",
        HelpName = "file",
    };

    public Command Build(VerbContext context)
    {
        Command command = new("node", "Be one process of a network without a server (Plexus)") { _plan, _process, _state, _journal };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                string path = call.Arguments.GetValue(_plan)!;
                int process = call.Arguments.GetValue(_process)!.Value;
                string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
                NetworkPlan plan = await NetworkPlan.LoadAsync(path, cancellationToken);
                if (process >= plan.Ports.Count)
                {
                    throw new ArgumentException($"--process is {process}; the plan has the processes 0 to {plan.Ports.Count - 1}.");
                }

                await RunAsync(
                    plan.For(process, call.Arguments.GetValue(_state) ?? Path.Combine(folder, $"state-{process}"), context.Clock),
                    call.Arguments.GetValue(_journal) ?? Path.Combine(folder, $"journal-{process}.jsonl"),
                    context.OpenInput(),
                    cancellationToken
                );
                return ExitCode.Done;
            },
            arguments => Check(arguments)
        );
    }

    /// <summary>Runs until cancelled, or until the standard input ends: whoever started the process may close it.</summary>
    internal static async Task RunAsync(DeploymentOptions options, string journal, Stream input, CancellationToken cancellationToken)
    {
        Channel<PeerReport> reports = Channel.CreateUnbounded<PeerReport>();
        Task writing = WriteAsync(reports.Reader, journal);
        try
        {
            await using PeerHost host = await PeerHost.StartAsync(options, new Forward(reports.Writer), cancellationToken);
            Task closed = EndOfAsync(input, cancellationToken);
            Task first = await Task.WhenAny(closed, host.Failure);
            foreach (Rejection reason in Enum.GetValues<Rejection>())
            {
                if (host.Rejections[reason] > 0)
                {
                    reports.Writer.TryWrite(new(0, -1, $"rejected {reason}", (int)host.Rejections[reason]));
                }
            }

            reports.Writer.TryWrite(new(0, -1, "failed calls", (int)host.FailedCalls));
            await first;
        }
        finally
        {
            reports.Writer.TryComplete();
            await writing;
        }
    }

    private IEnumerable<string> Check(ParseResult arguments)
    {
        if (arguments.GetValue(_plan) is null)
        {
            yield return "--plan FILE is missing: 'federated run' writes one.";
        }

        if (arguments.GetValue(_process) is not { } process)
        {
            yield return "--process N is missing: which process of the plan this is.";
        }
        else if (process < 0)
        {
            yield return $"--process is {process}; allowed is at least 0.";
        }
    }

    private static async Task WriteAsync(ChannelReader<PeerReport> reports, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using StreamWriter writer = new(path, append: true);
        await foreach (PeerReport report in reports.ReadAllAsync())
        {
            await writer.WriteLineAsync(JsonSerializer.Serialize(report));
            if (!reports.TryPeek(out _))
            {
                await writer.FlushAsync();
            }
        }
    }

    private static async Task EndOfAsync(Stream input, CancellationToken cancellationToken)
    {
        byte[] ignored = new byte[256];
        while (await input.ReadAsync(ignored, cancellationToken) > 0) { }
    }

    private sealed class Forward(ChannelWriter<PeerReport> to) : IProgress<PeerReport>
    {
        public void Report(PeerReport value) => to.TryWrite(value);
    }
}
