namespace ResearchKit.Merge;

/// <summary>The codes of this module's <see cref="ResearchKitException"/>s.</summary>
public static class MergeErrors
{
    /// <summary>A checkpoint holds values that are not finite.</summary>
    public const string NonFinite = "RK6301";

    /// <summary>The work needs more memory than the limit allows.</summary>
    public const string MemoryLimit = "RK6302";

    /// <summary>A merged folder is damaged or was written by a newer version.</summary>
    public const string MergedFolderInvalid = "RK6303";

    /// <summary>An unfinished merge of other inputs or options is in the way.</summary>
    public const string OtherMerge = "RK6304";

    /// <summary>A user's evaluator failed or answered something that is no accuracy.</summary>
    public const string EvaluatorFailed = "RK6305";
}
