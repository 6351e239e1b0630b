using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace ResearchKit.Cli;

/// <summary>Programs and fonts that some features use where they are.</summary>
internal sealed class ProgramsCheck : IHealthCheck
{
    private const string Font = "DejaVu Sans";

    public async IAsyncEnumerable<HealthLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield return Program("SLURM", "job arrays on a cluster", "sbatch");
        yield return Mpi();
        yield return Program("browser", "looking at reports", "chromium", "chromium-browser", "google-chrome", "firefox", "xdg-open");
        yield return Program("git", "the commit and the state of the source in manifests", "git");
        yield return Fonts();
    }

    private static HealthLine Program(string topic, string use, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Find(name) is { } path)
            {
                return HealthLine.Ok(topic, path);
            }
        }

        return HealthLine.Ok(topic, $"not found; only needed for {use}");
    }

    private static HealthLine Mpi()
    {
        foreach (string library in (ReadOnlySpan<string>)["libmpi.so.40", "libmpi.so.12", "libmpi.so"])
        {
            // Not loaded: some MPI libraries start services when they are.
            foreach (
                string folder in (ReadOnlySpan<string>)
                    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib"]
            )
            {
                if (File.Exists(Path.Combine(folder, library)))
                {
                    return HealthLine.Ok("MPI", $"{Path.Combine(folder, library)}{(Find("mpirun") is { } run ? $", {run}" : "")}");
                }
            }
        }

        return Program("MPI", "collectives over several machines", "mpirun");
    }

    private static HealthLine Fonts()
    {
        try
        {
            using SKTypeface? found = SKFontManager.Default.MatchFamily(Font);
            return found?.FamilyName == Font
                ? HealthLine.Ok("fonts", $"{Font} is here")
                : HealthLine.Warning(
                    "fonts",
                    $"{Font} is not here: figures are drawn with {SKTypeface.Default.FamilyName}",
                    "Install it (Debian: apt install fonts-dejavu-core)."
                );
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            return HealthLine.Error(
                "fonts",
                $"figures cannot be drawn: {(e.InnerException ?? e).Message}",
                $"Add SkiaSharp's native library for {RuntimeInformation.RuntimeIdentifier} to the application."
            );
        }
    }

    private static string? Find(string name)
    {
        string file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
