using static TorchSharp.torch;

namespace ResearchKit.Merge;

/// <summary>
/// TSV-M (Gargiulo et al., arXiv:2412.00081): each task keeps its leading singular triples, min(rows, columns)/m of them; the triples of all tasks side by side are made orthonormal, and
/// multiplied out. Everything but matrices is averaged, and so is a matrix with fewer rows or columns than there are tasks.
/// </summary>
/// <param name="Lambda">The factor of the result; default 1.</param>
public sealed record TsvMerging(double Lambda = 1.0) : MatrixMerging
{
    /// <summary>The factor; finite.</summary>
    public double Lambda { get; } = Range.Finite(Lambda, nameof(Lambda));

    /// <inheritdoc/>
    public override string Name => "tsv-m";

    /// <inheritdoc/>
    protected override float[] Rest(TaskGroup group, CancellationToken cancellationToken) => Averaging.Mean(group, Lambda);

    /// <inheritdoc/>
    protected override string? Refuses(BlockTensor tensor, int tasks)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Shape.Min() < tasks || tensor.Name.EndsWith("text_projection", StringComparison.Ordinal)
            ? $"{tensor.Shape[0]} x {tensor.Shape[1]} has no singular triple for each of {tasks} tasks"
            : null;
    }

    /// <inheritdoc/>
    protected override Tensor MergeMatrices(IReadOnlyList<Tensor> matrices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        long rank = Math.Min(matrices[0].shape[0], matrices[0].shape[1]) / matrices.Count;
        List<Tensor> us = [];
        List<Tensor> ss = [];
        List<Tensor> vs = [];
        foreach (Tensor matrix in matrices)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (Tensor u, Tensor s, Tensor v) = linalg.svd(matrix, fullMatrices: false);
            us.Add(u.narrow(1, 0, rank));
            ss.Add(s.narrow(0, 0, rank));
            vs.Add(v.narrow(0, 0, rank));
        }
        Tensor left = Orthonormal(cat(us, 1));
        Tensor right = Orthonormal(cat(vs, 0));
        return left.mul(cat(ss, 0)).matmul(right).mul(Lambda);
    }
}
