namespace ResearchKit.Audit;

/// <summary>The codes of this module's <see cref="ResearchKitException"/>s.</summary>
public static class AuditErrors
{
    /// <summary>A group has no row where every group needs one.</summary>
    public const string GroupAbsent = "RK6401";

    /// <summary>A group has rows of one label only, where both are needed.</summary>
    public const string DegenerateLabels = "RK6402";

    /// <summary>A column that a task needs is not in the file.</summary>
    public const string MissingColumn = "RK6403";

    /// <summary>An endpoint does not answer as it should.</summary>
    public const string EndpointFailed = "RK6404";

    /// <summary>A ledger of queries was made for another audit.</summary>
    public const string LedgerMismatch = "RK6405";
}
