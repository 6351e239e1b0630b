namespace ResearchKit.Merge;

/// <summary>What becomes of tensors that belong to no block.</summary>
public enum UnassignedTensors
{
    /// <summary>They are an error that lists them.</summary>
    Refuse,

    /// <summary>Each task keeps its own: they count M times in the size.</summary>
    KeepPerTask,
}
