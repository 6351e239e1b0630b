namespace ResearchKit.Learning;

/// <summary>How batches are drawn from the rows.</summary>
public enum BatchSampling
{
    /// <summary>Each epoch goes once through all rows, in a new random order.</summary>
    ShuffledEpochs,

    /// <summary>Each batch is drawn afresh from all rows, without replacement within the batch (Plexus, section 7.1).</summary>
    FreshDraw,

    /// <summary>Each epoch goes once through all rows, in their order.</summary>
    InOrder,
}
