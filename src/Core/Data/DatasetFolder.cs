namespace ResearchKit.Data;

/// <summary>A data set that is here, with all its files.</summary>
/// <param name="Info">What it is.</param>
/// <param name="Path">The folder.</param>
public sealed record DatasetFolder(DatasetInfo Info, string Path)
{
    /// <summary>The full path of a file of the data set (or of a file in an unpacked archive).</summary>
    /// <param name="relative">Its path under the folder, with forward slashes.</param>
    /// <returns>A path that exists.</returns>
    /// <exception cref="DatasetNotFoundException">The file is not there.</exception>
    public string FilePath(string relative)
    {
        ArgumentException.ThrowIfNullOrEmpty(relative);
        string path = System.IO.Path.Combine(Path, System.IO.Path.Combine(relative.Split('/')));
        if (File.Exists(path))
            return path;
        throw new DatasetNotFoundException(
            Info.Name,
            $"{Info.Name} is in {Path}, but {relative} is not in it.",
            $"Check it with: researchkit data verify {Info.Name}"
        );
    }
}
