using System.CommandLine;

namespace ResearchKit.Cli;

/// <summary>Where runs are kept.</summary>
internal static class RunsOption
{
    internal static Option<string?> Create() =>
        new("--out") { Description = "The folder of the runs [default: RESEARCHKIT_RUNS, else ./runs]", HelpName = "folder" };
}
