namespace ResearchKit;

/// <summary>The codes of <see cref="ResearchKitException"/>. Modules use RK60xx (Moe) to RK66xx (Agents).</summary>
public static class ErrorCodes
{
    /// <summary>Torch cannot be loaded, for a reason not known.</summary>
    public const string TorchNotLoadable = "RK1001";

    /// <summary>The application carries no libtorch for this platform.</summary>
    public const string LibTorchMissing = "RK1002";

    /// <summary>The C++ runtime (libstdc++) is too old, and the fixed copy is not possible.</summary>
    public const string CxxRuntimeTooOld = "RK1003";

    /// <summary>CUDA was asked for and is not here.</summary>
    public const string CudaMissing = "RK1004";

    /// <summary>A data set is not on this machine.</summary>
    public const string DatasetAbsent = "RK2001";

    /// <summary>A file's checksum differs from the catalogue's.</summary>
    public const string ChecksumDiffers = "RK2002";

    /// <summary>A file's content is wrong.</summary>
    public const string MalformedFile = "RK2003";

    /// <summary>A download failed.</summary>
    public const string DownloadFailed = "RK2004";

    /// <summary>Rows could not be divided among clients as asked.</summary>
    public const string PartitionImpossible = "RK2005";

    /// <summary>A write failed: the disk is full, a quota is used up, or the folder may not be written.</summary>
    public const string WriteFailed = "RK3001";

    /// <summary>A run folder is damaged.</summary>
    public const string RunDamaged = "RK3002";

    /// <summary>A run was written by a newer version.</summary>
    public const string RunTooNew = "RK3003";

    /// <summary>The same cell gave different rows.</summary>
    public const string CellNotDeterministic = "RK3004";

    /// <summary>The options given differ from those of the run to resume.</summary>
    public const string OptionsDiffer = "RK3005";

    /// <summary>No run matches.</summary>
    public const string RunNotFound = "RK3006";

    /// <summary>A plan has equal keys, or is not the same list each time.</summary>
    public const string PlanInvalid = "RK5001";

    /// <summary>A claim could not fail.</summary>
    public const string ClaimCannotFail = "RK5002";

    /// <summary>A simulation's second run differs from its log.</summary>
    public const string ReplayDiverged = "RK5003";
}
