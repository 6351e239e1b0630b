using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>Task vectors in memory: fine-tuned minus base, block by block.</summary>
public sealed class TaskVectors : ITaskVectorSource
{
    private readonly float[][] _base; // block
    private readonly float[][][] _vectors; // task, block
    private readonly float[][][]? _own; // task, block

    /// <summary>Task vectors at hand.</summary>
    /// <param name="tasks">The tasks' names.</param>
    /// <param name="blocks">The blocks, from the output to the input.</param>
    /// <param name="base">The base's parameters, a vector for each block; not copied.</param>
    /// <param name="vectors">A vector for each task and block; not copied.</param>
    /// <exception cref="ArgumentException">Names repeat, or lengths do not fit.</exception>
    public TaskVectors(IReadOnlyList<string> tasks, IReadOnlyList<Block> blocks, float[][] @base, float[][][] vectors)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(@base);
        ArgumentNullException.ThrowIfNull(vectors);
        TaskNames.Check(tasks);
        if (vectors.Length != tasks.Count)
        {
            throw new ArgumentException($"{vectors.Length} vectors for {tasks.Count} tasks.", nameof(vectors));
        }
        foreach (float[][] task in vectors.Prepend(@base))
        {
            if (!task.Select(vector => vector.Length).SequenceEqual(blocks.Select(block => block.Length)))
            {
                throw new ArgumentException("A vector has another length than its block.", nameof(vectors));
            }
        }
        (Tasks, Blocks, _base, _vectors) = (tasks, blocks, @base, vectors);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Tasks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>Task vectors of fine-tuned parameters; these are kept, so that a task that shares a block with no other gets exactly its own.</summary>
    /// <param name="tasks">The tasks' names.</param>
    /// <param name="blocks">The blocks, from the output to the input.</param>
    /// <param name="base">The base's parameters, a vector for each block; not copied.</param>
    /// <param name="fineTuned">Each task's parameters, a vector for each block; not copied.</param>
    /// <exception cref="ArgumentException">Names repeat, or lengths do not fit.</exception>
    public static TaskVectors OfFineTuned(IReadOnlyList<string> tasks, IReadOnlyList<Block> blocks, float[][] @base, float[][][] fineTuned)
    {
        ArgumentNullException.ThrowIfNull(@base);
        ArgumentNullException.ThrowIfNull(fineTuned);
        float[][][] vectors = Array.ConvertAll(
            fineTuned,
            task =>
                task.Zip(
                        @base,
                        (own, start) =>
                        {
                            float[] difference = new float[own.Length];
                            TensorPrimitives.Subtract(own, start, difference);
                            return difference;
                        }
                    )
                    .ToArray()
        );
        return new TaskVectors(tasks, blocks, @base, vectors, fineTuned);
    }

    private TaskVectors(IReadOnlyList<string> tasks, IReadOnlyList<Block> blocks, float[][] @base, float[][][] vectors, float[][][] own)
        : this(tasks, blocks, @base, vectors) => _own = own;

    /// <summary>Reads all of another source into memory.</summary>
    public static TaskVectors Load(ITaskVectorSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        int[] tasks = [.. Enumerable.Range(0, source.Tasks.Count)];
        float[][] @base = [.. source.Blocks.Select(block => new float[block.Length])];
        float[][][] vectors = [.. tasks.Select(_ => source.Blocks.Select(block => new float[block.Length]).ToArray())];
        for (int block = 0; block < @base.Length; block++)
        {
            source.ReadBase(block, 0, @base[block], cancellationToken);
            source.Read(block, 0, tasks, [.. vectors.Select(task => task[block].AsMemory())], cancellationToken);
        }
        return new TaskVectors(source.Tasks, source.Blocks, @base, vectors);
    }

    /// <summary>A task's vector in a block.</summary>
    public ReadOnlyMemory<float> Of(int task, int block) => _vectors[task][block];

    /// <summary>A task's own fine-tuned parameters in a block, where they were given; else empty.</summary>
    public ReadOnlyMemory<float> Own(int task, int block) => _own?[task][block] ?? default(ReadOnlyMemory<float>);

    /// <summary>The base's parameters in a block.</summary>
    public ReadOnlyMemory<float> Base(int block) => _base[block];

    /// <summary>The vectors of some tasks in a block, with a preparation applied to copies of them.</summary>
    public TaskGroup Group(int block, IReadOnlyList<int> tasks, IPreparation? preparation = null)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ReadOnlyMemory<float>[] vectors = [.. tasks.Select(task => (ReadOnlyMemory<float>)_vectors[task][block])];
        if (preparation is not null)
        {
            for (int i = 0; i < vectors.Length; i++)
            {
                float[] copy = vectors[i].ToArray();
                preparation.Apply(tasks[i], Blocks[block], 0, copy);
                vectors[i] = copy;
            }
        }
        return new TaskGroup(Blocks[block], tasks, vectors, _base[block]);
    }

    /// <inheritdoc/>
    public void Read(int block, int first, IReadOnlyList<int> tasks, IReadOnlyList<Memory<float>> into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(into);
        for (int i = 0; i < tasks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _vectors[tasks[i]][block].AsSpan(first, into[i].Length).CopyTo(into[i].Span);
        }
    }

    /// <inheritdoc/>
    public void ReadBase(int block, int first, Memory<float> into, CancellationToken cancellationToken) =>
        _base[block].AsSpan(first, into.Length).CopyTo(into.Span);

    /// <summary>The tasks whose vectors are zero throughout: nothing was learned, or the base itself was given.</summary>
    public IReadOnlyList<int> ZeroTasks() =>
        [.. Enumerable.Range(0, Tasks.Count).Where(task => _vectors[task].All(block => TensorPrimitives.SumOfSquares(block) == 0))];
}
