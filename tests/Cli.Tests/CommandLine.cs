using ResearchKit.SampleExperiments;

namespace ResearchKit.Cli.Tests;

/// <summary>Runs the command line in this process, on the experiments of the tests.</summary>
internal static class CommandLine
{
    internal static Task<CommandResult> RunAsync(params string[] args) =>
        RunAsync(_ => { }, new BufferedTerminal(), CancellationToken.None, args);

    internal static async Task<CommandResult> RunAsync(
        Action<ResearchKitAppBuilder> configure,
        BufferedTerminal terminal,
        CancellationToken cancellationToken,
        params string[] args
    )
    {
        ResearchKitAppBuilder builder = ResearchKitApp
            .CreateBuilder(args)
            .UseName("sample")
            .UseTerminal(terminal)
            .LeaveSignals()
            .AddSampleExperiments();
        configure(builder);
        int code = await builder.Build().RunAsync(cancellationToken);
        return new CommandResult(code, terminal.OutText, terminal.ErrorText);
    }
}
