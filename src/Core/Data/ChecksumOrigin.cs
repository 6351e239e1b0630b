namespace ResearchKit.Data;

/// <summary>Where the checksum comes from that a file is held against.</summary>
public enum ChecksumOrigin
{
    /// <summary>The catalogue.</summary>
    Catalogue,

    /// <summary>An entry of the user.</summary>
    User,

    /// <summary>What was downloaded first on this machine: it guards against later changes only.</summary>
    FirstUse,

    /// <summary>The record made when a checked archive was unpacked.</summary>
    Unpacked,

    /// <summary>There is none.</summary>
    None,
}
