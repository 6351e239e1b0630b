using static TorchSharp.torch;

namespace ResearchKit.Merge;

/// <summary>
/// Iso-C (Marczak et al., arXiv:2502.04959): the sum of the task matrices with all singular values replaced by their mean. Everything but matrices is averaged.
/// </summary>
/// <param name="Lambda">The factor; the authors choose it on validation data, data-free it is 1.</param>
public sealed record IsoMerging(double Lambda = 1.0) : MatrixMerging
{
    /// <summary>The factor; finite.</summary>
    public double Lambda { get; } = Range.Finite(Lambda, nameof(Lambda));

    /// <inheritdoc/>
    public override string Name => "iso-c";

    /// <inheritdoc/>
    protected override float[] Rest(TaskGroup group, CancellationToken ct) => Averaging.Mean(group, Lambda);

    /// <inheritdoc/>
    protected override Tensor MergeMatrices(IReadOnlyList<Tensor> matrices, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        Tensor sum = matrices[0];
        for (int task = 1; task < matrices.Count; task++)
        {
            sum = sum.add(matrices[task]);
        }
        (Tensor u, Tensor s, Tensor v) = linalg.svd(sum, fullMatrices: false);
        return u.matmul(v).mul(s.mean()).mul(Lambda);
    }
}

/// <summary>
/// Iso-CTS (Marczak et al., arXiv:2502.04959): a share of the leading directions of the sum is common, the rest of the rank goes to what each task has outside them; all made
/// orthonormal, all singular values replaced by their mean. Everything but matrices is averaged.
/// </summary>
/// <param name="CommonShare">The share of the rank that is common, in (0, 1]; default 0.8.</param>
/// <param name="Lambda">The factor.</param>
public sealed record IsoTaskSpecificMerging(double CommonShare = 0.8, double Lambda = 1.0) : MatrixMerging
{
    /// <summary>The share, in (0, 1].</summary>
    public double CommonShare { get; } = Range.Share(CommonShare, nameof(CommonShare));

    /// <summary>The factor; finite.</summary>
    public double Lambda { get; } = Range.Finite(Lambda, nameof(Lambda));

    /// <inheritdoc/>
    public override string Name => "iso-cts";

    /// <inheritdoc/>
    protected override float[] Rest(TaskGroup group, CancellationToken ct) => Averaging.Mean(group, Lambda);

    /// <inheritdoc/>
    protected override Tensor MergeMatrices(IReadOnlyList<Tensor> matrices, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        int tasks = matrices.Count;
        Tensor sum = matrices[0];
        for (int task = 1; task < tasks; task++)
        {
            sum = sum.add(matrices[task]);
        }
        (Tensor u, Tensor s, Tensor v) = linalg.svd(sum, fullMatrices: false);
        long rank = s.shape[0];
        long common = (long)(CommonShare * rank);
        // Whole triples for each task: what does not divide goes back to the common part. Half rounds to even, as in the authors' language.
        long each = (long)Math.Round((double)(rank - common) / tasks, MidpointRounding.ToEven);
        common = rank - (each * tasks);
        if (common < 0)
        {
            (each, common) = ((rank - (long)(CommonShare * rank)) / tasks, rank - ((rank - (long)(CommonShare * rank)) / tasks * tasks));
        }
        Tensor commonU = u.narrow(1, 0, common);
        List<Tensor> us = [];
        List<Tensor> ss = [];
        List<Tensor> vs = [];
        foreach (Tensor matrix in each == 0 ? [] : matrices)
        {
            ct.ThrowIfCancellationRequested();
            (Tensor own, Tensor strength, Tensor direction) = linalg.svd(
                matrix.sub(commonU.matmul(commonU.t().matmul(matrix))),
                fullMatrices: false
            );
            us.Add(own.narrow(1, 0, each));
            ss.Add(strength.narrow(0, 0, each));
            vs.Add(direction.narrow(0, 0, each));
        }
        us.Add(commonU);
        ss.Add(s.narrow(0, 0, common));
        vs.Add(v.narrow(0, 0, common));
        return Orthonormal(cat(us, 1)).matmul(Orthonormal(cat(vs, 0))).mul(cat(ss, 0).mean()).mul(Lambda);
    }
}
