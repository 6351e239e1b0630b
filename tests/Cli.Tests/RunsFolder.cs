namespace ResearchKit.Cli.Tests;

/// <summary>A folder of runs of one test, removed at its end.</summary>
internal sealed class RunsFolder : IDisposable
{
    internal RunsFolder() => Path = Directory.CreateTempSubdirectory("researchkit-cli-").FullName;

    internal string Path { get; }

    /// <summary>The folder of the only run of an experiment.</summary>
    internal string OnlyRun(string experiment) =>
        Directory
            .GetDirectories(System.IO.Path.Combine([Path, .. experiment.Split('/')]))
            .Single(d => File.Exists(System.IO.Path.Combine(d, "manifest.json")));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
