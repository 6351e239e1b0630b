namespace ResearchKit.Data;

/// <summary>The result of hashing all files of a data set again.</summary>
/// <param name="Folder">The data set and where it lies.</param>
/// <param name="Files">What was found, file by file.</param>
public sealed record DatasetVerification(DatasetFolder Folder, IReadOnlyList<DatasetFileCheck> Files)
{
    /// <summary>Whether no file is missing or different. An entry that names no files has nothing that could be.</summary>
    public bool IsWhole => Files.All(f => f.State is DatasetFileState.Right or DatasetFileState.Recorded);
}
