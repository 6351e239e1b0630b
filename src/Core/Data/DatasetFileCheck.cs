namespace ResearchKit.Data;

/// <summary>What <see cref="DatasetCatalog.VerifyAsync"/> found for one file.</summary>
/// <param name="Path">The file, under the data set's folder.</param>
/// <param name="State">Whether it is what it should be.</param>
/// <param name="Expected">The SHA-256 it should have; null if none is known.</param>
/// <param name="Actual">The SHA-256 it has; null if it is not there.</param>
/// <param name="Origin">Where the expected checksum comes from.</param>
public sealed record DatasetFileCheck(string Path, DatasetFileState State, string? Expected, string? Actual, ChecksumOrigin Origin);
