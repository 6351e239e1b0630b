using System.Numerics.Tensors;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>
/// A merged model of any size, in memory: each group's block once, shared by its tasks. Nothing of torch is held; parameters are handed out as spans and arrays.
/// </summary>
public sealed class FlexModel
{
    private readonly Dictionary<string, (int Block, BlockTensor Tensor)[]> _places;
    private readonly ReadOnlyMemory<float>[] _base;
    private readonly (StoredBlock Stored, int Member)[][] _stored; // task, block

    internal FlexModel(
        IReadOnlyList<string> tasks,
        BlockDivision division,
        Partition partition,
        SizeAccounting accounting,
        ReadOnlyMemory<float>[] @base,
        (StoredBlock, int)[][] stored
    )
    {
        (Tasks, Division, Partition, Accounting, _base, _stored) = (tasks, division, partition, accounting, @base, stored);
        _places = division
            .Blocks.SelectMany((block, i) => block.Tensors.Select(tensor => (Block: i, Tensor: tensor)))
            .GroupBy(place => place.Tensor.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.OrderBy(place => place.Tensor.First).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The tasks.</summary>
    public IReadOnlyList<string> Tasks { get; }

    /// <summary>The blocks.</summary>
    public BlockDivision Division { get; }

    /// <summary>Which tasks share which blocks.</summary>
    public Partition Partition { get; }

    /// <summary>The rules of the size.</summary>
    public SizeAccounting Accounting { get; }

    /// <summary>The size in models.</summary>
    public double Size => Partition.Size(Division, Accounting, Tasks.Count);

    /// <summary>The names of the tensors.</summary>
    public IReadOnlyCollection<string> Tensors => _places.Keys;

    /// <summary>Tensors that an algorithm could not treat its own way and averaged instead.</summary>
    public IReadOnlyList<string> Averaged =>
        [.. _stored.SelectMany(task => task).SelectMany(place => place.Stored.Merged?.Averaged ?? []).Distinct()];

    /// <summary>Merges each group of a partition, from the tasks' own vectors: never from what is merged already.</summary>
    /// <param name="vectors">The task vectors.</param>
    /// <param name="division">The blocks.</param>
    /// <param name="partition">The groups.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="accounting">The rules of the size; null for those of the algorithm at 32 bits.</param>
    /// <param name="preparation">What the algorithm's preparation gave; null: it is made here.</param>
    /// <param name="reuse">A model of another partition of the same vectors by the same algorithm: groups that occur there are taken over.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ArgumentException">A group is larger than the algorithm can merge.</exception>
    public static FlexModel Merge(
        TaskVectors vectors,
        BlockDivision division,
        Partition partition,
        IMergeAlgorithm algorithm,
        SizeAccounting? accounting = null,
        IPreparation? preparation = null,
        FlexModel? reuse = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(division);
        ArgumentNullException.ThrowIfNull(partition);
        ArgumentNullException.ThrowIfNull(algorithm);
        RequireGroups(partition, division, algorithm);
        preparation ??= algorithm.Prepare(vectors, ct);
        (StoredBlock, int)[][] stored = [.. vectors.Tasks.Select(_ => new (StoredBlock, int)[division.Blocks.Count])];
        Parallel.For(
            0,
            division.Blocks.Count,
            new ParallelOptions { CancellationToken = ct },
            block =>
            {
                foreach (IReadOnlyList<int> group in partition.Groups[block])
                {
                    if (group.Count < algorithm.Traits.MinimumGroup)
                    {
                        foreach (int task in group)
                        {
                            stored[task][block] = (
                                new StoredBlock([task], vectors.Of(task, block), null) { Parameters = vectors.Own(task, block) },
                                0
                            );
                        }
                        continue;
                    }
                    StoredBlock merged =
                        reuse?._stored[group[0]][block].Stored is { Merged: not null } known && known.Tasks.SequenceEqual(group)
                            ? known
                            : new StoredBlock(group, default, algorithm.Merge(vectors.Group(block, group, preparation), preparation, ct));
                    for (int member = 0; member < group.Count; member++)
                    {
                        stored[group[member]][block] = (merged, member);
                    }
                }
            }
        );
        return new FlexModel(
            vectors.Tasks,
            division,
            partition,
            accounting ?? SizeAccounting.Of(algorithm),
            [.. Enumerable.Range(0, division.Blocks.Count).Select(vectors.Base)],
            stored
        );
    }

    internal static void RequireGroups(Partition partition, BlockDivision division, IMergeAlgorithm algorithm)
    {
        if (algorithm.Traits.MaximumGroup is not { } most)
        {
            return;
        }
        for (int block = 0; block < division.Blocks.Count; block++)
        {
            if (partition.Groups[block].FirstOrDefault(group => group.Count > most) is { } large)
            {
                throw new ArgumentException(
                    $"{algorithm.Name} merges at most {most} models; block \"{division.Blocks[block].Name}\" has a group of {large.Count}. Choose a larger size, or another algorithm.",
                    nameof(partition)
                );
            }
        }
    }

    /// <summary>What is added to the base in a tensor, for a task.</summary>
    /// <param name="task">The task's index.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="ArgumentException">There is no such task or tensor.</exception>
    public float[] TaskVector(int task, string tensor) => Assemble(task, tensor, withBase: false);

    /// <summary>A tensor's parameters, for a task.</summary>
    /// <param name="task">The task's index.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="ArgumentException">There is no such task or tensor.</exception>
    public float[] Parameters(int task, string tensor) => Assemble(task, tensor, withBase: true);

    /// <summary>A block's parameters, for a task.</summary>
    public void BlockParameters(int task, int block, Span<float> into)
    {
        if (_stored[task][block].Stored.Parameters is { IsEmpty: false } own)
        {
            own.Span.CopyTo(into);
            return;
        }
        Effective(task, block, into);
        TensorPrimitives.Add(into, _base[block].Span, into);
    }

    /// <summary>The tasks that share a task's version of a block, itself among them.</summary>
    public IReadOnlyList<int> Sharing(int task, int block) => _stored[task][block].Stored.Tasks;

    /// <summary>Copies a task's parameters into a vector of named parameters.</summary>
    public void CopyTo(int task, ParameterVector parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (string tensor in _places.Keys)
        {
            Parameters(task, tensor).CopyTo(parameters.Slice(tensor));
        }
    }

    private float[] Assemble(int task, string tensor, bool withBase)
    {
        if ((uint)task >= (uint)Tasks.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(task), task, $"A task is in [0, {Tasks.Count}).");
        }
        if (!_places.TryGetValue(tensor, out (int Block, BlockTensor Tensor)[]? places))
        {
            throw new ArgumentException($"There is no tensor \"{tensor}\" among the merged ones.", nameof(tensor));
        }
        float[] values = new float[places.Sum(place => place.Tensor.Length)];
        foreach ((int block, BlockTensor part) in places)
        {
            float[] whole = new float[Division.Blocks[block].Length];
            if (withBase)
            {
                BlockParameters(task, block, whole);
            }
            else
            {
                Effective(task, block, whole);
            }
            whole.AsSpan(part.Offset, part.Length).CopyTo(values.AsSpan((int)part.First, part.Length));
        }
        return values;
    }

    private void Effective(int task, int block, Span<float> into)
    {
        (StoredBlock stored, int member) = _stored[task][block];
        if (stored.Merged is { } merged)
        {
            merged.Effective(member, into);
        }
        else
        {
            stored.Own.Span.CopyTo(into);
        }
    }
}

/// <summary>A block of a group: its own vector where it is one task's, else what the algorithm made.</summary>
internal sealed record StoredBlock(IReadOnlyList<int> Tasks, ReadOnlyMemory<float> Own, MergedBlock? Merged)
{
    /// <summary>The task's own parameters to the bit, where they are at hand: base plus difference rounds.</summary>
    public ReadOnlyMemory<float> Parameters { get; init; }
}
