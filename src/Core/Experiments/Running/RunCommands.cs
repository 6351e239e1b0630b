using System.Text.Json;

namespace ResearchKit.Experiments;

/// <summary>The commands that are shown to go on with a run, or to run it again exactly.</summary>
internal static class RunCommands
{
    internal static string Resume(string program, ExperimentInfo experiment, string? runId, RunStore? store) =>
        store is null || runId is null ? $"{program} run {experiment.Id}" : $"{program} run {experiment.Id} --resume {runId}{Out(store)}";

    internal static string Rerun(string program, Experiment experiment, Scale scale, ExperimentOptions options)
    {
#pragma warning disable CA1308 // the command line writes scales in lower case
        string name = scale.ToString().ToLowerInvariant();
#pragma warning restore CA1308
        HashSet<string> defaults = [.. OptionsBinder.Print(experiment.OptionsFor(scale))];
        IEnumerable<string> changed = OptionsBinder.Print(options).Where(o => !defaults.Contains(o));
        return string.Join(' ', [$"{program} run {experiment.Info.Id} --scale {name}", .. changed.Select(o => $"--set {Quote(o)}")]);
    }

    /// <summary>Where options differ, one line each: name, stored, given.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="stored">The manifest of the run.</param>
    /// <param name="given">The options asked for.</param>
    internal static string Differences(Experiment experiment, RunManifest stored, ExperimentOptions given)
    {
        List<string> lines = [];
        if (stored.Version != experiment.Info.Version)
        {
            lines.Add(FormattableString.Invariant($"version: stored {stored.Version}, given {experiment.Info.Version}"));
        }

        var before = Flat(JsonSerializer.SerializeToElement(stored.Options), "").ToDictionary(o => o.Name, o => o.Value);
        var now = Flat(JsonSerializer.SerializeToElement(given, given.GetType(), ExperimentJson.Whole), "")
            .ToDictionary(o => o.Name, o => o.Value);
        foreach (string name in before.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            string a = before.GetValueOrDefault(name, "(none)");
            string b = now.GetValueOrDefault(name, "(none)");
            if (a != b)
            {
                lines.Add($"{name}: stored {a}, given {b}");
            }
        }

        return string.Join("; ", lines);
    }

    private static IEnumerable<(string Name, string Value)> Flat(JsonElement element, string prefix) =>
        element
            .EnumerateObject()
            .SelectMany(m =>
                m.Value.ValueKind == JsonValueKind.Object
                    ? Flat(m.Value, $"{prefix}{m.Name}.")
                    : [(prefix + m.Name, Storage.CanonicalJson.Serialize(m.Value))]
            );

    private static string Out(RunStore store) =>
        store.Root == Path.GetFullPath(RunStore.RootOr(null)) ? "" : $" --out {Quote(HomePath.Hide(store.Root))}";

    private static string Quote(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || "=.,:/_-~+@".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
