namespace ResearchKit.Merge;

/// <summary>
/// A merging algorithm F: from the vectors of some tasks in one block to one unified vector, and for some algorithms a mask and a scalar for each task.
/// Implementations are immutable and pure: equal vectors give equal results.
/// </summary>
public interface IMergeAlgorithm
{
    /// <summary>Its name, as in options and figures.</summary>
    string Name { get; }

    /// <summary>What it needs and gives.</summary>
    MergeTraits Traits { get; }

    /// <summary>What is done once over the whole task vectors, before any block is merged: trimming, dropping, bounds. Null: nothing.</summary>
    /// <param name="tasks">All tasks, all blocks.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken cancellationToken) => null;

    /// <summary>Merges the vectors of a group, to which the preparation has been applied.</summary>
    /// <param name="group">The vectors; not to be changed.</param>
    /// <param name="preparation">What <see cref="Prepare"/> gave.</param>
    /// <param name="cancellationToken">Cancels.</param>
    MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken);
}
