namespace ResearchKit.Data;

/// <summary>How far the fetching or checking of a data set is.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="File">The file at work.</param>
/// <param name="Phase">What is done with it.</param>
/// <param name="Bytes">Bytes done of this file.</param>
/// <param name="TotalBytes">Bytes of this file, if known.</param>
public readonly record struct DatasetProgress(string Dataset, string File, DatasetPhase Phase, long Bytes, long? TotalBytes);
