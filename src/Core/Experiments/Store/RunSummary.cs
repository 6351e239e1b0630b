namespace ResearchKit.Experiments;

/// <summary>One run of a store, by its manifest alone.</summary>
/// <param name="Experiment">The id of the experiment.</param>
/// <param name="RunId">The id of the run.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record RunSummary(string Experiment, string RunId, string Folder, RunManifest Manifest);
