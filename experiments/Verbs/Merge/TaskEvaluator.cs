using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ResearchKit.Merge;

namespace ResearchKit.Papers.Verbs;

/// <summary>
/// The user's own evaluator, in any language: a command with <c>{dir}</c> and <c>{task}</c>, which prints a number, or JSON with <c>accuracy</c>, as its last line.
/// </summary>
/// <param name="command">The command, run by the shell.</param>
/// <param name="limit">How long it may take for one task.</param>
internal sealed class TaskEvaluator(string command, TimeSpan limit)
{
    /// <summary>Evaluates a folder.</summary>
    /// <exception cref="ResearchKitException">RK6305: it failed, took too long, or answered something that is no accuracy.</exception>
    public async Task<double> AccuracyAsync(string folder, string task, CancellationToken ct)
    {
        string line = command
            .Replace("{dir}", Quote(folder), StringComparison.Ordinal)
            .Replace("{task}", Quote(task), StringComparison.Ordinal);
        ProcessStartInfo start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe") { ArgumentList = { "/c", line } }
            : new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", line } };
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(limit);
        using Process process = Process.Start(start) ?? throw Failed(task, "it could not be started");
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            string answer = await output;
            return process.ExitCode == 0
                ? Parse(answer) ?? throw Failed(task, $"its last line is no accuracy: {Last(answer)}")
                : throw Failed(task, $"it ended with {process.ExitCode}: {Last(await error)}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw Failed(task, string.Create(CultureInfo.InvariantCulture, $"it took more than {limit.TotalSeconds} s"));
        }
    }

    private static double? Parse(string answer)
    {
        string last = Last(answer);
        if (double.TryParse(last, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return double.IsFinite(number) ? number : null;
        }
        try
        {
            using JsonDocument json = JsonDocument.Parse(last);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("accuracy", out JsonElement accuracy)
                && accuracy.ValueKind == JsonValueKind.Number
                ? accuracy.GetDouble()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Last(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "nothing";

    private static string Quote(string text) =>
        OperatingSystem.IsWindows() ? $"\"{text}\"" : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static ResearchKitException Failed(string task, string reason) =>
        new(
            MergeErrors.EvaluatorFailed,
            $"The evaluator failed for task {task}: {reason}.",
            "It is given a folder and a task, and prints a number or {\"accuracy\": number} as its last line. What was evaluated before is kept."
        );
}
