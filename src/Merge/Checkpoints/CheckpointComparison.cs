namespace ResearchKit.Merge;

/// <summary>What of the tensors is merged, kept per task, or equal in all models; found from headers, all problems at once.</summary>
/// <param name="Merged">Floating-point tensors that every model has alike.</param>
/// <param name="Shared">Other tensors, which must be equal in all models.</param>
/// <param name="Heads">For each task, the tensors it keeps for itself.</param>
public sealed record CheckpointComparison(
    IReadOnlyList<TensorInfo> Merged,
    IReadOnlyList<TensorInfo> Shared,
    IReadOnlyList<IReadOnlyList<TensorInfo>> Heads
)
{
    private const int MostListed = 50;

    /// <summary>Compares models with their base.</summary>
    /// <param name="base">The base.</param>
    /// <param name="tasks">The tasks' names and models.</param>
    /// <param name="headPatterns">Patterns, as in <see cref="BlockRule"/>, of tensors that each task keeps for itself.</param>
    /// <exception cref="ArgumentException">Names, shapes or types differ; the message lists every difference, up to 50.</exception>
    public static CheckpointComparison Of(
        ICheckpoint @base,
        IReadOnlyList<(string Task, ICheckpoint Model)> tasks,
        IReadOnlyList<string>? headPatterns = null
    )
    {
        ArgumentNullException.ThrowIfNull(@base);
        ArgumentNullException.ThrowIfNull(tasks);
        bool IsHead(string name) => (headPatterns ?? []).Any(pattern => BlockRule.Matches(pattern, name));
        List<string> problems = [];
        foreach ((string task, ICheckpoint model) in tasks)
        {
            foreach (TensorInfo tensor in model.Tensors.Values.Where(t => !IsHead(t.Name)).OrderBy(t => t.Name, StringComparer.Ordinal))
            {
                if (!@base.Tensors.TryGetValue(tensor.Name, out TensorInfo? own))
                {
                    problems.Add($"{task}: \"{tensor.Name}\" {tensor.Text} is not in the base");
                }
                else if (own.Type != tensor.Type || !own.Shape.SequenceEqual(tensor.Shape))
                {
                    problems.Add($"{task}: \"{tensor.Name}\" is {tensor.Text}, in the base {own.Text}");
                }
            }
            problems.AddRange(
                @base
                    .Tensors.Keys.Where(name => !IsHead(name) && !model.Tensors.ContainsKey(name))
                    .Order(StringComparer.Ordinal)
                    .Select(name => $"{task}: \"{name}\" of the base is missing")
            );
        }
        if (problems.Count > 0)
        {
            string more = problems.Count > MostListed ? $"{Environment.NewLine}  and {problems.Count - MostListed} more" : "";
            throw new ArgumentException(
                $"The models do not fit the base in {problems.Count} tensors. Name tensors that each task keeps for itself as heads, or give other models:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", problems.Take(MostListed))}{more}",
                nameof(tasks)
            );
        }
        TensorInfo[] common = [.. @base.Tensors.Values.Where(t => !IsHead(t.Name)).OrderBy(t => t.Name, StringComparer.Ordinal)];
        return new CheckpointComparison(
            [.. common.Where(t => t.IsMergeable)],
            [.. common.Where(t => !t.IsMergeable)],
            [
                .. tasks.Select(x =>
                    (IReadOnlyList<TensorInfo>)
                        [.. x.Model.Tensors.Values.Where(t => IsHead(t.Name)).OrderBy(t => t.Name, StringComparer.Ordinal)]
                ),
            ]
        );
    }

    /// <summary>Checks that the tensors that are not merged are equal in all models.</summary>
    /// <exception cref="ArgumentException">One differs; the message names all that do.</exception>
    public void RequireSharedEqual(ICheckpoint @base, IReadOnlyList<(string Task, ICheckpoint Model)> tasks, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(@base);
        ArgumentNullException.ThrowIfNull(tasks);
        List<string> different = [];
        foreach (TensorInfo tensor in Shared)
        {
            byte[] own = new byte[tensor.Bytes];
            byte[] other = new byte[tensor.Bytes];
            @base.ReadBytes(tensor.Name, 0, own);
            foreach ((string task, ICheckpoint model) in tasks)
            {
                ct.ThrowIfCancellationRequested();
                model.ReadBytes(tensor.Name, 0, other);
                if (!own.AsSpan().SequenceEqual(other))
                {
                    different.Add($"\"{tensor.Name}\" ({tensor.Type}) of {task}");
                }
            }
        }
        if (different.Count > 0)
        {
            throw new ArgumentException(
                $"Tensors of types that cannot be merged differ from the base: {string.Join(", ", different.Take(MostListed))}. Take the base's for all (integers: base), or name them as heads.",
                nameof(tasks)
            );
        }
    }
}
