namespace ResearchKit.Storage;

/// <summary>A whole snapshot of a long job.</summary>
/// <param name="Number">How far the job was: a round, a block, a step. Rises.</param>
/// <param name="Folder">The folder with the job's files.</param>
public sealed record Checkpoint(long Number, string Folder);
