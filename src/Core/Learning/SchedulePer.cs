namespace ResearchKit.Learning;

/// <summary>What a learning rate schedule counts.</summary>
public enum SchedulePer
{
    /// <summary>The rate changes from epoch to epoch.</summary>
    Epoch,

    /// <summary>The rate changes from batch to batch.</summary>
    Batch,
}
