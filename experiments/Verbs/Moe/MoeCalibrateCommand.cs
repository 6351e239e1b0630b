using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Moe;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>moe calibrate</c>.</summary>
internal static class MoeCalibrateCommand
{
    public static Command Build(VerbContext context)
    {
        Option<int> ranks = new("--ranks")
        {
            Description = "Ranks to simulate",
            HelpName = "G",
            DefaultValueFactory = _ => 2,
        };
        Option<int> threads = new("--threads")
        {
            Description = "Threads of a rank",
            HelpName = "n",
            DefaultValueFactory = _ => 1,
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
        Option<string> output = new("--out")
        {
            Description = "The file to write",
            HelpName = "file",
            DefaultValueFactory = _ => "cluster.json",
        };
        Command command = new("calibrate", "Measure this machine for moe simulate") { ranks, threads, width, hidden, gated, output };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                ExpertShape shape = new(
                    a.GetValue(width),
                    a.GetValue(hidden),
                    a.GetValue(gated) ? ExpertActivation.SwiGlu : ExpertActivation.Relu
                );
                ClusterSpec cluster = await Task.Run(
                    () => MachineCalibration.Measure(shape, a.GetValue(ranks), a.GetValue(threads), cancellationToken: cancellationToken),
                    cancellationToken
                );
                string file = a.GetValue(output)!;
                await ClusterFile.SaveAsync(file, cluster, cancellationToken);
                call.Results.Line(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"an expert: {1e3 * cluster.Engine.CallSeconds:0.###} ms and {1e6 * cluster.Engine.TokenSeconds:0.##} us a token (line within {100 * cluster.Engine.InSampleError:0.#} %); copying weights: {cluster.HostBytesPerSecond / 1e9:0.0} GB/s"
                    )
                );
                call.Results.Line($"written: {file}");
                call.Note("Exchanges between ranks are taken as copies of memory: set exchangeBytesPerSecond to your network's.");
                return ExitCode.Done;
            },
            parsed =>
                parsed.GetValue(ranks) < 1 || parsed.GetValue(threads) < 1 || parsed.GetValue(width) < 1 || parsed.GetValue(hidden) < 1
                    ? ["--ranks, --threads, --width and --hidden are at least 1."]
                    : []
        );
    }
}
