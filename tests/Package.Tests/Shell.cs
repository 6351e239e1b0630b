using System.Diagnostics;

namespace ResearchKit.Package.Tests;

/// <summary>What a command printed, and its exit code.</summary>
internal sealed record CommandResult(int ExitCode, string Out, string Error);

/// <summary>Runs commands as a user does, in a folder, with variables of the environment changed.</summary>
internal sealed class Shell(string folder, IReadOnlyDictionary<string, string?> environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<CommandResult> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(IsOfTheTestRun).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {Patience}.");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command that has to succeed, and returns what it printed.</summary>
    public async Task<string> SucceedAsync(string program, params IReadOnlyList<string> arguments)
    {
        CommandResult result = await RunAsync(program, arguments);
        Assert.That(result.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{result.Out}\n{result.Error}");
        return result.Out;
    }

    // `dotnet test` tells the programs it starts where its own MSBuild and pipes are; another dotnet must not take them over.
    private static bool IsOfTheTestRun(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase)
        || name is "DOTNET_CLI_TEST_COMMAND_WORKING_DIRECTORY" or "DOTNET_HOST_PATH";
}
