using static TorchSharp.torch;

namespace ResearchKit.Merge;

/// <summary>
/// What algorithms on weight matrices share: they treat each matrix of a group by itself and average everything else. Matrices are float32 tensors of libtorch, freed at once.
/// </summary>
public abstract record MatrixMerging : IMergeAlgorithm
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual MergeTraits Traits { get; } = new() { WorkingCopies = 4 };

    /// <inheritdoc/>
    public virtual IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken ct) => null;

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        Torch.EnsureLoaded();
        float[] unified = Rest(group, ct);
        List<string> averaged = [];
        foreach (BlockTensor place in group.Block.Tensors.Where(tensor => tensor.IsMatrix && tensor.Length > 0))
        {
            ct.ThrowIfCancellationRequested();
            if (Refuses(place, group.Count) is { } reason)
            {
                averaged.Add($"{place.Name}: {reason}");
                continue;
            }
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            Tensor[] matrices =
            [
                .. Enumerable
                    .Range(0, group.Count)
                    .Select(task => Matrix(group.Vector(task).Slice(place.Offset, place.Length), place.Shape)),
            ];
            Tensor merged = MergeMatrices(matrices, ct).to(float32).contiguous();
            merged.data<float>().CopyTo(unified.AsSpan(place.Offset, place.Length));
        }
        return new MergedBlock(unified) { Averaged = averaged };
    }

    /// <summary>What everything but the matrices becomes; at the places of matrices it is overwritten, unless they are refused.</summary>
    protected virtual float[] Rest(TaskGroup group, CancellationToken ct) => Averaging.Mean(group, 1);

    /// <summary>Why a matrix is averaged like the rest, or null.</summary>
    protected virtual string? Refuses(BlockTensor tensor, int tasks) => null;

    /// <summary>Merges the matrices of the tasks; runs inside a dispose scope and without gradients.</summary>
    protected abstract Tensor MergeMatrices(IReadOnlyList<Tensor> matrices, CancellationToken ct);

    internal static Tensor Matrix(ReadOnlyMemory<float> values, IReadOnlyList<long> shape) => tensor(values.ToArray(), [.. shape]);

    /// <summary>The nearest matrix with orthonormal rows or columns.</summary>
    internal static Tensor Orthonormal(Tensor matrix)
    {
        (Tensor p, _, Tensor q) = linalg.svd(matrix, fullMatrices: false);
        return p.matmul(q);
    }
}
