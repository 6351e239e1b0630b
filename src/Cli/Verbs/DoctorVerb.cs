using System.CommandLine;
using ResearchKit.Data;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>doctor</c>: what this machine can do, each line with what to do about it.</summary>
internal sealed class DoctorVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Option<bool> json = JsonOption.Create();
        Option<bool> network = new("--network") { Description = "Ask the hosts that data come from as well" };
        Option<string?> runs = RunsOption.Create();
        Command command = new("doctor", "Look at this machine: torch, threads, memory, disks, data, programs") { json, network, runs };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                DatasetCatalog catalog = context.Catalog();
                List<IHealthCheck> checks =
                [
                    new RuntimeCheck(context.Clock),
                    new TorchCheck(call.Device, context.Clock),
                    new ThreadsCheck(Environment.GetEnvironmentVariable),
                    new MemoryCheck(),
                    new DiskCheck("runs", RunStore.RootOr(call.Arguments.Given(runs)), context.Clock),
                    new DiskCheck("data folder", catalog.Root, context.Clock),
                    new DataCheck(context, catalog),
                    new ProgramsCheck(),
                ];
                using HttpClient? http = call.Arguments.Given(network) ? Downloads.CreateClient() : null;
                if (http is not null)
                {
                    checks.Add(new NetworkCheck(catalog, http));
                }

                return await Show(call, checks, call.Arguments.Given(json), cancellationToken);
            }
        );
    }

    private static async Task<int> Show(Call call, List<IHealthCheck> checks, bool json, CancellationToken cancellationToken)
    {
        List<HealthLine> lines = [];
        foreach (IHealthCheck check in checks)
        {
            await foreach (HealthLine line in check.LookAsync(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                lines.Add(line);
                if (!json)
                {
                    Show(call.Results, line);
                }
            }
        }

        if (json)
        {
            call.Results.Document(lines);
        }
        else
        {
            call.Results.Line($"{Count(lines, HealthStatus.Error)} errors, {Count(lines, HealthStatus.Warning)} warnings.");
        }

        return Count(lines, HealthStatus.Error) > 0 ? ExitCode.Environment : ExitCode.Done;
    }

    private static void Show(ResultWriter results, HealthLine line)
    {
        (string word, Tone tone) = line.Status switch
        {
            HealthStatus.Ok => ("ok     ", Tone.Good),
            HealthStatus.Warning => ("warning", Tone.Warning),
            _ => ("error  ", Tone.Bad),
        };
        results.Line(new ResultCell($"{word} {line.Topic}: {line.Fact}", tone));
        if (line.Remedy is { } remedy)
        {
            results.Line($"        -> {remedy}");
        }
    }

    private static int Count(List<HealthLine> lines, HealthStatus status) => lines.Count(l => l.Status == status);
}
