namespace ResearchKit.Rag;

/// <summary>The codes of this module's <see cref="ResearchKitException"/>s.</summary>
public static class RagErrors
{
    /// <summary>A model directory lacks a file, or its model does not fit the embedder.</summary>
    public const string ModelUnusable = "RK6201";

    /// <summary>A query log cannot support the tolerance that is asked for.</summary>
    public const string ToleranceUnsupported = "RK6202";

    /// <summary>A retriever outside this process failed or answered something unexpected.</summary>
    public const string RetrieverFailed = "RK6203";

    /// <summary>Labels name questions or sources that do not exist.</summary>
    public const string LabelsUnknown = "RK6204";
}
