using static TorchSharp.torch;

namespace ResearchKit.Merge;

/// <summary>
/// KnOTS with TIES (Stoica et al., arXiv:2410.19735): the task matrices side by side share one set of left singular vectors; TIES runs on the tasks' parts in that basis, and the result is
/// multiplied back. Weights of two dimensions only (the authors join weight and bias); everything else is merged by TIES. The signs of singular vectors cancel.
/// </summary>
/// <param name="Density">K of TIES, in (0, 1]; default 0.2.</param>
/// <param name="Lambda">The factor of the result.</param>
public sealed record KnotsMerging(double Density = 0.2, double Lambda = 1.0) : MatrixMerging
{
    private const double SmallestSingularValue = 1e-5;

    /// <summary>K, in (0, 1].</summary>
    public double Density { get; } = Range.Share(Density, nameof(Density));

    /// <summary>The factor; finite.</summary>
    public double Lambda { get; } = Range.Finite(Lambda, nameof(Lambda));

    /// <inheritdoc/>
    public override string Name => "knots-ties";

    /// <inheritdoc/>
    protected override float[] Rest(TaskGroup group, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        return Ties([.. Enumerable.Range(0, group.Count).Select(task => group[task].ToArray())], group.Block, ct);
    }

    /// <inheritdoc/>
    protected override Tensor MergeMatrices(IReadOnlyList<Tensor> matrices, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        (Tensor u, Tensor s, Tensor v) = linalg.svd(cat([.. matrices], 1).to(float64), fullMatrices: false);
        long rank = s.gt(SmallestSingularValue).sum().item<long>();
        if (rank == 0)
        {
            return zeros_like(matrices[0]);
        }
        Tensor parts = s.narrow(0, 0, rank).unsqueeze(1).mul(v.narrow(0, 0, rank)).to(float32);
        long columns = matrices[0].shape[1];
        float[][] vectors =
        [
            .. Enumerable
                .Range(0, matrices.Count)
                .Select(task => parts.narrow(1, task * columns, columns).contiguous().data<float>().ToArray()),
        ];
        float[] merged = Ties(vectors, new Block("parts", [("parts", [rank, columns], 0)]), ct);
        return u.narrow(1, 0, rank).matmul(tensor(merged, [rank, columns]).to(float64));
    }

    private float[] Ties(float[][] vectors, Block block, CancellationToken ct)
    {
        TiesMerging ties = new(Density, Lambda);
        if (Density < 1)
        {
            long k = Math.Max(1, block.Length - (long)(block.Length * Density));
            foreach (float[] vector in vectors)
            {
                MagnitudeTrimming.Keep(vector, OrderedBits.SelectMagnitude(vector, k - 1), float.PositiveInfinity);
            }
        }
        return ties.Merge(
            new TaskGroup(block, [.. Enumerable.Range(0, vectors.Length)], [.. vectors.Select(v => (ReadOnlyMemory<float>)v)]),
            null,
            ct
        ).Unified;
    }
}
