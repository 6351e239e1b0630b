using MathNet.Numerics.LinearAlgebra;

namespace ResearchKit.Merge;

/// <summary>
/// RegMean (Jin et al., arXiv:2212.09849): each linear layer's weights (out x in) become those that reproduce the tasks' own outputs best on their own inputs,
/// (sum G_k)^-1 sum G_k W_k^T with G_k = X^T X / n, off the diagonal times <paramref name="OffDiagonal"/>. Everything else is averaged. Not data-free.
/// </summary>
/// <param name="Gram">For each task, G by the weight's name, in x in, row by row.</param>
/// <param name="OffDiagonal">The factor off the diagonal, in [0, 1]; default 0.9.</param>
public sealed record RegMeanMerging(IReadOnlyList<IReadOnlyDictionary<string, float[]>> Gram, double OffDiagonal = 0.9) : IMergeAlgorithm
{
    /// <summary>The factor off the diagonal, in [0, 1].</summary>
    public double OffDiagonal { get; } = Range.Within(OffDiagonal, 0, 1, nameof(OffDiagonal));

    /// <inheritdoc/>
    public string Name => "regmean";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { NeedsData = true, WorkingCopies = 4 };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return Gram.Count == tasks.Tasks.Count
            ? null
            : throw new ArgumentException(
                $"RegMean needs the inputs' products of every task from its data: {Gram.Count} are given for {tasks.Tasks.Count} tasks.",
                nameof(tasks)
            );
    }

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        // The base is common to all tasks and solves the same equations, so task vectors may stand for the weights.
        float[] result = Averaging.Mean(group, 1);
        foreach (BlockTensor tensor in group.Block.Tensors.Where(tensor => tensor.IsMatrix && tensor.Length > 0))
        {
            float[]?[] grams = [.. group.Tasks.Select(task => Gram[task].GetValueOrDefault(tensor.Name))];
            if (grams.Any(gram => gram is null))
            {
                continue;
            }
            ct.ThrowIfCancellationRequested();
            (int rows, int columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
            Matrix<double> left = Matrix<double>.Build.Dense(columns, columns);
            Matrix<double> right = Matrix<double>.Build.Dense(columns, rows);
            for (int i = 0; i < group.Count; i++)
            {
                if (grams[i]!.Length != columns * columns)
                {
                    throw new ArgumentException(
                        $"The products of \"{tensor.Name}\" have {grams[i]!.Length} values, not {columns} x {columns}.",
                        nameof(group)
                    );
                }
                Matrix<double> gram = Matrix<double>.Build.Dense(
                    columns,
                    columns,
                    (r, c) => grams[i]![(r * columns) + c] * (r == c ? 1 : OffDiagonal)
                );
                ReadOnlyMemory<float> vector = group.Vector(i).Slice(tensor.Offset, tensor.Length);
                left += gram;
                right += gram * Matrix<double>.Build.Dense(columns, rows, (r, c) => vector.Span[(c * columns) + r]);
            }
            Matrix<double> solution = Solve(left, right);
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    result[tensor.Offset + (r * columns) + c] = (float)solution[c, r];
                }
            }
        }
        return new MergedBlock(result);
    }

    // Inputs that never vary leave the matrix singular: a ridge, small beside its diagonal, grown until it is positive definite.
    private static Matrix<double> Solve(Matrix<double> left, Matrix<double> right)
    {
        double scale = Math.Max(left.Diagonal().Average(), double.Epsilon);
        for (double ridge = 1e-10; ; ridge *= 100)
        {
            try
            {
                return left.Add(Matrix<double>.Build.DenseIdentity(left.RowCount).Multiply(ridge * scale)).Cholesky().Solve(right);
            }
            catch (ArgumentException) when (ridge < 1e-2)
            {
                // not positive definite yet
            }
        }
    }
}
