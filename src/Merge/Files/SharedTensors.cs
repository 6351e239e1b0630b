using TorchSharp;

namespace ResearchKit.Merge;

/// <summary>The state dictionaries of all tasks, over tensors of which each that is shared exists once.</summary>
public sealed class SharedTensors : IDisposable
{
    private readonly IReadOnlyList<string> _tasks;
    private readonly IReadOnlyList<IReadOnlyDictionary<string, torch.Tensor>> _byTask;
    private readonly IReadOnlyList<torch.Tensor> _owned;

    internal SharedTensors(
        IReadOnlyList<string> tasks,
        IReadOnlyList<IReadOnlyDictionary<string, torch.Tensor>> byTask,
        IReadOnlyList<torch.Tensor> owned
    ) => (_tasks, _byTask, _owned) = (tasks, byTask, owned);

    /// <summary>How many tensors are in memory.</summary>
    public int Count => _owned.Count;

    /// <summary>A task's tensors; they stay this object's, and are not to be changed.</summary>
    /// <exception cref="ArgumentException">There is no such task.</exception>
    public IReadOnlyDictionary<string, torch.Tensor> StateDict(string task)
    {
        for (int i = 0; i < _tasks.Count; i++)
        {
            if (_tasks[i] == task)
            {
                return _byTask[i];
            }
        }
        throw new ArgumentException($"There is no task \"{task}\"; there are {string.Join(", ", _tasks)}.", nameof(task));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (torch.Tensor tensor in _owned)
        {
            tensor.Dispose();
        }
    }
}
