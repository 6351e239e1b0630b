using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>Gathers the manifest of a new run.</summary>
internal static class ManifestFactory
{
    internal static async Task<(RunManifest Manifest, string? Diff)> CreateAsync(
        ExperimentPlan plan,
        Scale scale,
        IReadOnlyList<string> command,
        TimeProvider clock
    )
    {
        (SourceInfo source, string? diff) = await SourceState.ReadAsync(AppContext.BaseDirectory);
        RunManifest manifest = new()
        {
            Experiment = plan.Experiment.Id,
            Version = plan.Experiment.Version,
            Title = plan.Experiment.Shows,
            Paper = plan.Experiment.Paper,
            Scale = scale,
            Options = JsonNode.Parse(plan.OptionsJson)!.AsObject(),
            OptionsHash = plan.OptionsHash,
            PlanHash = plan.Hash,
            Cells = plan.Cells.Count,
            Seeds = plan.Options.Seeds,
            Command = [.. command.Select(HomePath.Hide)],
            CreatedUtc = clock.GetUtcNow(),
            ResearchKit = source,
            Runtime = MachineProbe.Runtime(),
            Machine = await MachineProbe.MachineAsync(),
            Packages = PackageList.Read(),
            Environment = MachineProbe.EnvironmentVariables(),
        };
        return (manifest, diff);
    }
}
