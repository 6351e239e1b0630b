using System.Reflection;
using System.Text;
using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>The state of the source, by git if the program lies in a work tree, else by the version that the build wrote into the assembly.</summary>
internal static class SourceState
{
    /// <summary>Finds the version, and the commit and the uncommitted changes where they are known.</summary>
    /// <param name="folder">A folder of the source.</param>
    internal static async Task<(SourceInfo Info, string? Diff)> ReadAsync(string folder)
    {
        string informational =
            typeof(SourceState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        string[] parts = informational.Split('+', 2);
        string? commit = (await ProgramOutput.TryReadAsync("git", folder, "rev-parse", "HEAD"))?.Trim();
        string? status = commit is null ? null : await ProgramOutput.TryReadAsync("git", folder, "status", "--porcelain");
        if (commit is null || status is null)
        {
            return (new SourceInfo(parts[0], parts.Length > 1 ? parts[1] : null, null, null), null);
        }

        bool dirty = status.Trim().Length > 0;
        string? diff = dirty ? await ProgramOutput.TryReadAsync("git", folder, "diff", "HEAD") : null;
        string? hash = diff is null ? null : Checksum.Sha256(Encoding.UTF8.GetBytes(diff));
        return (new SourceInfo(parts[0], commit, dirty, hash), diff);
    }
}
