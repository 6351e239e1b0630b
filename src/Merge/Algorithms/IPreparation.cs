namespace ResearchKit.Merge;

/// <summary>What an algorithm found once over the whole task vectors. Safe to use from several threads.</summary>
public interface IPreparation
{
    /// <summary>Changes a part of a task's vector: sets to zero what is trimmed or dropped, scales what is kept.</summary>
    /// <param name="task">The task's index.</param>
    /// <param name="block">The block.</param>
    /// <param name="first">Where the part begins in the block's vector.</param>
    /// <param name="values">The part.</param>
    void Apply(int task, Block block, int first, Span<float> values);
}
