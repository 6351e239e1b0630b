namespace ResearchKit.Core.Tests;

/// <summary>A folder of one test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("researchkit-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
