using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A run in which every node has its own model, and those of some are tested now and then.</summary>
/// <param name="kernel">The simulation.</param>
public abstract class LocalModelsRun(SimulationKernel kernel) : AlgorithmRun(kernel)
{
    private const int EvaluationDue = -1;

    private readonly RandomStream _evaluation = kernel.Random("evaluation");

    /// <summary>The model of each node.</summary>
    protected object?[] Models { get; } = new object?[kernel.Nodes];

    /// <summary>The round, for the record.</summary>
    protected virtual int CurrentRound => 0;

    /// <inheritdoc/>
    public sealed override void Start()
    {
        Array.Fill(Models, Kernel.InitialModel);
        if (Kernel.Options.Task is not null)
        {
            Kernel.SetTimer(0, Kernel.Options.EvaluateEvery, new(EvaluationDue));
        }

        Begin();
    }

    /// <inheritdoc/>
    public sealed override void OnTimer(int node, TimerTag timer)
    {
        if (timer.Kind != EvaluationDue)
        {
            Due(node, timer);
            return;
        }

        Kernel.Evaluate(CurrentRound, [.. Kernel.DrawEvaluated(_evaluation).Select(n => Models[n])]);
        Kernel.SetTimer(0, Kernel.Options.EvaluateEvery, new(EvaluationDue));
    }

    /// <inheritdoc/>
    public override object? ModelOf(int node) => Models[node];

    /// <inheritdoc/>
    public override bool IsWorking => true; // every node goes on by its own clock

    /// <summary>The run begins.</summary>
    protected abstract void Begin();

    /// <summary>A timer of the algorithm is due.</summary>
    protected abstract void Due(int node, TimerTag timer);

    /// <summary>The average of models with equal weights; null where nothing is learned.</summary>
    protected object? Mean(IReadOnlyList<object?> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return models.Any(m => m is null)
            ? null
            : Kernel.Models.Average([.. models.Select(m => m!)], [.. Enumerable.Repeat(1.0 / models.Count, models.Count)]);
    }

    /// <summary>The weighted average of two models; null where nothing is learned.</summary>
    protected object? Mix(object? a, object? b, double weightOfA) =>
        a is null || b is null ? null : Kernel.Models.Average([a, b], [weightOfA, 1 - weightOfA]);
}
