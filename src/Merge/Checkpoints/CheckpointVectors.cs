using System.Buffers;
using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>The task vectors of checkpoints on disk, read in parts: nothing is held.</summary>
public sealed class CheckpointVectors : ITaskVectorSource
{
    private readonly ICheckpoint _base;
    private readonly IReadOnlyList<ICheckpoint> _models;

    /// <summary>Task vectors of open checkpoints, which stay the caller's.</summary>
    public CheckpointVectors(ICheckpoint @base, IReadOnlyList<(string Task, ICheckpoint Model)> tasks, IReadOnlyList<Block> blocks)
    {
        ArgumentNullException.ThrowIfNull(@base);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(blocks);
        (_base, _models, Tasks, Blocks) = (@base, [.. tasks.Select(t => t.Model)], [.. tasks.Select(t => t.Task)], blocks);
        TaskNames.Check(Tasks);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Tasks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Block> Blocks { get; }

    /// <inheritdoc/>
    public void Read(int block, int first, IReadOnlyList<int> tasks, IReadOnlyList<Memory<float>> into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(into);
        int count = into[0].Length;
        float[] start = ArrayPool<float>.Shared.Rent(count);
        try
        {
            ReadPart(_base, block, first, start.AsSpan(0, count));
            Parallel.For(
                0,
                tasks.Count,
                new ParallelOptions { CancellationToken = cancellationToken },
                i =>
                {
                    Span<float> to = into[i].Span;
                    ReadPart(_models[tasks[i]], block, first, to);
                    TensorPrimitives.Subtract(to, start.AsSpan(0, count), to);
                }
            );
        }
        finally
        {
            ArrayPool<float>.Shared.Return(start);
        }
    }

    /// <inheritdoc/>
    public void ReadBase(int block, int first, Memory<float> into, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReadPart(_base, block, first, into.Span);
    }

    private void ReadPart(ICheckpoint checkpoint, int block, int first, Span<float> into)
    {
        foreach (BlockTensor tensor in Blocks[block].Tensors)
        {
            int from = Math.Max(first, tensor.Offset);
            int to = Math.Min(first + into.Length, tensor.Offset + tensor.Length);
            if (from < to)
            {
                checkpoint.ReadSingles(tensor.Name, tensor.First + from - tensor.Offset, into[(from - first)..(to - first)]);
            }
        }
    }
}
