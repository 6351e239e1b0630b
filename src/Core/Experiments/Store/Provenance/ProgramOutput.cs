using System.ComponentModel;
using System.Diagnostics;

namespace ResearchKit.Experiments;

/// <summary>Asks other programs for facts about the machine and the source.</summary>
internal static class ProgramOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The standard output of a program that exits with 0 within ten seconds; null if it is not here, fails or takes longer: the fact is then not known.</summary>
    /// <param name="program">The program.</param>
    /// <param name="folder">The folder to run it in.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static async Task<string?> TryReadAsync(string program, string folder, params string[] arguments)
    {
        using Process process = new()
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        process.StandardInput.Close();
        using CancellationTokenSource patience = new(Patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? await output : null;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return null;
        }
    }
}
