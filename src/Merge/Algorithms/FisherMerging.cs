namespace ResearchKit.Merge;

/// <summary>
/// Fisher merging (Matena and Raffel, arXiv:2111.09832): each parameter is a mean weighted by the tasks' diagonal Fisher information. Not data-free: the information comes from examples of each task.
/// </summary>
/// <param name="Information">For each task, the diagonal by tensor name; what is not there counts as zero.</param>
/// <param name="NormalizeTasks">Whether each task's information is first divided by its norm, so that no task drowns the others.</param>
public sealed record FisherMerging(IReadOnlyList<IReadOnlyDictionary<string, float[]>> Information, bool NormalizeTasks = true)
    : IMergeAlgorithm
{
    private const double Floor = 1e-6;

    private readonly double[] _factors =
    [
        .. Information.Select(task =>
        {
            double norm = Math.Sqrt(task.Values.Sum(values => values.Sum(v => (double)v * v)));
            return NormalizeTasks && norm > 0 ? 1 / norm : 1;
        }),
    ];

    /// <inheritdoc/>
    public string Name => "fisher";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { NeedsData = true };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return Information.Count == tasks.Tasks.Count
            ? null
            : throw new ArgumentException(
                $"Fisher merging needs information of every task from its data: {Information.Count} are given for {tasks.Tasks.Count} tasks.",
                nameof(tasks)
            );
    }

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        float[] result = new float[group.Length];
        // The tasks' shares in c_k F_k; the normalised factors multiply all of a task alike.
        double factorSum = group.Tasks.Sum(task => _factors[task]);
        foreach (BlockTensor tensor in group.Block.Tensors)
        {
            float[]?[] information = [.. group.Tasks.Select(task => Information[task].GetValueOrDefault(tensor.Name))];
            for (int p = 0; p < tensor.Length; p++)
            {
                (double sum, double weight) = (0, 0);
                for (int i = 0; i < group.Count; i++)
                {
                    double fisher = _factors[group.Tasks[i]] / factorSum * ((information[i]?[tensor.First + p] ?? 0) + Floor);
                    sum += fisher * group[i][tensor.Offset + p];
                    weight += fisher;
                }
                result[tensor.Offset + p] = (float)(sum / weight);
            }
        }
        return new MergedBlock(result);
    }
}
