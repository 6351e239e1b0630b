using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ResearchKit.Cli.Tests;

/// <summary>An executable of the tests as a process of its own.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    private ChildProcess(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    internal int Id => process.Id;

    internal bool HasExited => process.HasExited;

    /// <summary>Starts an executable that lies beside the tests.</summary>
    /// <param name="assembly">Its assembly.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
    /// <param name="args">The arguments.</param>
    internal static ChildProcess Start(string assembly, IReadOnlyDictionary<string, string?> environment, params string[] args) =>
        Start("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, assembly), .. args], environment);

    /// <summary>Runs a program to its end.</summary>
    internal static async Task<CommandResult> RunAsync(string program, params string[] args)
    {
        using ChildProcess child = Start(program, args, new Dictionary<string, string?>());
        return await child.EndAsync();
    }

    private static ChildProcess Start(string program, IEnumerable<string> args, IReadOnlyDictionary<string, string?> environment)
    {
        ProcessStartInfo start = new(program, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the end.</summary>
    internal async Task<CommandResult> EndAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The process did not end. It wrote: {await output}{await error}");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    internal void Signal(int number) => Assert.That(Kill(process.Id, number), Is.Zero, "kill failed");

    internal void KillHard() => process.Kill();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
