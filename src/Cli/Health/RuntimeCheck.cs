using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ResearchKit.Cli;

/// <summary>.NET, locale, clock.</summary>
internal sealed class RuntimeCheck(TimeProvider clock) : IHealthCheck
{
    public async IAsyncEnumerable<HealthLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield return HealthLine.Ok(
            "runtime",
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.OSDescription}"
        );
        yield return Locale();
        yield return Clock();
    }

    private static HealthLine Locale()
    {
        string? name = (IEnumerable<string>)["LC_ALL", "LC_CTYPE", "LANG"] is var names
            ? names.Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => !string.IsNullOrEmpty(v))
            : null;
        string culture = CultureInfo.CurrentCulture.Name is { Length: > 0 } c ? c : "invariant";
        return
            name is not null
            && !OperatingSystem.IsWindows()
            && !name.Replace("-", "", StringComparison.Ordinal).Contains("UTF8", StringComparison.OrdinalIgnoreCase)
            ? HealthLine.Warning(
                "locale",
                $"{name} is no UTF-8 locale (numbers and files do not depend on it; culture {culture})",
                "export LANG=C.UTF-8"
            )
            : HealthLine.Ok("locale", $"{name ?? "not set"}, culture {culture}; numbers and files do not depend on it");
    }

    /// <summary>A clock that stands still or far off names runs wrongly and makes HTTPS certificates invalid.</summary>
    private HealthLine Clock()
    {
        DateTimeOffset now = clock.GetUtcNow();
        string path = Path.Combine(Path.GetTempPath(), $"researchkit-clock-{Environment.ProcessId}");
        try
        {
            File.WriteAllText(path, "");
            TimeSpan offset = File.GetLastWriteTimeUtc(path) - now.UtcDateTime;
            string fact = string.Create(
                CultureInfo.InvariantCulture,
                $"{now:yyyy-MM-dd HH:mm:ss} UTC, file system {offset.TotalSeconds:+0.0;-0.0;0.0} s"
            );
            return Math.Abs(offset.TotalSeconds) > 2
                ? HealthLine.Warning("clock", fact, "Set the clocks of this machine and its file server (NTP).")
                : HealthLine.Ok("clock", fact);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HealthLine.Warning(
                "clock",
                $"{now:yyyy-MM-dd HH:mm:ss} UTC; {path} could not be written: {e.Message}",
                "Allow writing to the temporary folder, or set TMPDIR."
            );
        }
        finally
        {
            TryDelete(path);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty file of our own in the temporary folder.
        }
    }
}
