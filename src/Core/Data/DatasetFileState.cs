namespace ResearchKit.Data;

/// <summary>Whether a file of a data set is what it should be.</summary>
public enum DatasetFileState
{
    /// <summary>The checksum is the expected one.</summary>
    Right,

    /// <summary>The checksum is another one.</summary>
    Different,

    /// <summary>The file is not there.</summary>
    Missing,

    /// <summary>No checksum was known; the one found is recorded now and holds from here on.</summary>
    Recorded,
}
