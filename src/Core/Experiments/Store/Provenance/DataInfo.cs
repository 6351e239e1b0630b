namespace ResearchKit.Experiments;

/// <summary>A data set that cells used.</summary>
/// <param name="Name">The name in the catalogue.</param>
/// <param name="Version">Its version there.</param>
/// <param name="Files">Its files.</param>
/// <param name="Generator">The generator, if it is not data but made.</param>
public sealed record DataInfo(string Name, string? Version, IReadOnlyList<DataFileInfo> Files, string? Generator);

/// <summary>A file of a data set.</summary>
/// <param name="Path">The path in the data set's folder.</param>
/// <param name="Bytes">The size; null if it is not known.</param>
/// <param name="Sha256">The checksum; null if it is not known.</param>
public sealed record DataFileInfo(string Path, long? Bytes, string? Sha256);
