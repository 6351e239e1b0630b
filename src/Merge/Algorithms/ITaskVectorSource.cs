namespace ResearchKit.Merge;

/// <summary>The task vectors of all tasks, in memory or on disk. Safe to read from several threads.</summary>
public interface ITaskVectorSource
{
    /// <summary>The tasks' names; a task's index is its place here.</summary>
    IReadOnlyList<string> Tasks { get; }

    /// <summary>The blocks, from the output to the input.</summary>
    IReadOnlyList<Block> Blocks { get; }

    /// <summary>Reads a part of a block of several tasks, fine-tuned minus base.</summary>
    /// <param name="block">The block's index.</param>
    /// <param name="first">Where the part begins in the block's vector.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="into">One memory for each task, all of one length.</param>
    /// <param name="cancellationToken">Cancels.</param>
    void Read(int block, int first, IReadOnlyList<int> tasks, IReadOnlyList<Memory<float>> into, CancellationToken cancellationToken);

    /// <summary>Reads a part of a block of the base.</summary>
    /// <param name="block">The block's index.</param>
    /// <param name="first">Where the part begins in the block's vector.</param>
    /// <param name="into">Takes as many elements as it has.</param>
    /// <param name="cancellationToken">Cancels.</param>
    void ReadBase(int block, int first, Memory<float> into, CancellationToken cancellationToken);
}
