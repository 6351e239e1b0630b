using static TorchSharp.torch;

namespace ResearchKit.Merge;

/// <summary>How WUDI finds its minimum.</summary>
public enum WudiSolver
{
    /// <summary>Adam, as the authors do.</summary>
    Adam,

    /// <summary>In closed form.</summary>
    Exact,
}

/// <summary>
/// WUDI-merging (Cheng et al., arXiv:2503.08099): the matrix whose differences from the tasks' matrices interfere least with the tasks' row spaces: the minimum of
/// sum_k |(X - tau_k) tau_k^T|^2 / |tau_k|^2, from the sum of the task matrices on. Everything but matrices is averaged.
/// </summary>
/// <param name="Steps">Adam's steps, at least 1; default 300.</param>
/// <param name="LearningRate">Adam's rate; default 1e-5.</param>
/// <param name="Solver">Adam, or the exact minimum with a ridge of 1e-8.</param>
public sealed record WudiMerging(int Steps = 300, double LearningRate = 1e-5, WudiSolver Solver = WudiSolver.Adam) : MatrixMerging
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private const double Ridge = 1e-8;

    /// <summary>Adam's steps, at least 1.</summary>
    public int Steps { get; } = (int)Range.Within(Steps, 1, 1_000_000, nameof(Steps));

    /// <summary>Adam's rate, above 0.</summary>
    public double LearningRate { get; } = Range.Within(LearningRate, double.Epsilon, 1, nameof(LearningRate));

    /// <inheritdoc/>
    public override string Name => "wudi";

    /// <inheritdoc/>
    protected override Tensor MergeMatrices(IReadOnlyList<Tensor> matrices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        // The gradient is 2 (X H - R) with H and R summed once over the tasks.
        long columns = matrices[0].shape[1];
        Tensor h = zeros(columns, columns);
        Tensor r = zeros_like(matrices[0]);
        Tensor x = zeros_like(matrices[0]);
        foreach (Tensor matrix in matrices)
        {
            x.add_(matrix);
            double norm = matrix.square().sum().item<float>();
            if (norm > 0)
            {
                Tensor a = matrix.t().matmul(matrix).div(norm);
                h.add_(a);
                r.add_(matrix.matmul(a));
            }
        }
        return Solver == WudiSolver.Exact ? Exact(h, r) : Adam(x, h, r, cancellationToken);
    }

    private Tensor Adam(Tensor x, Tensor h, Tensor r, CancellationToken cancellationToken)
    {
        Tensor first = zeros_like(x);
        Tensor second = zeros_like(x);
        for (int step = 1; step <= Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor gradient = x.matmul(h).sub(r).mul(2);
            first.mul_(Beta1).add_(gradient, 1 - Beta1);
            second.mul_(Beta2).add_(gradient.square(), 1 - Beta2);
            Tensor denominator = second.sqrt().div(Math.Sqrt(1 - Math.Pow(Beta2, step))).add(Epsilon);
            x.add_(first.div(denominator), -LearningRate / (1 - Math.Pow(Beta1, step)));
        }
        return x;
    }

    private static Tensor Exact(Tensor h, Tensor r)
    {
        Tensor wide = h.to(float64);
        Tensor ridged = wide.add(eye(wide.shape[0], dtype: float64), Ridge);
        return linalg.solve(ridged, r.to(float64).t()).t().to(float32);
    }
}
