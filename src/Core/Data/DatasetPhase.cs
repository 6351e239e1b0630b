namespace ResearchKit.Data;

/// <summary>What is being done with a file of a data set.</summary>
public enum DatasetPhase
{
    /// <summary>It is downloaded or copied.</summary>
    Transferring,

    /// <summary>It is unpacked.</summary>
    Unpacking,

    /// <summary>Its checksum is computed.</summary>
    Hashing,

    /// <summary>It is in place.</summary>
    Done,
}
