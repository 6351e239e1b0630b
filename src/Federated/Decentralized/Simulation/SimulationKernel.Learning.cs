using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <content>Learning in virtual time: a training is a job whose inputs are fixed when it begins, and whose result is waited for when it ends.</content>
public sealed partial class SimulationKernel
{
    private long _modelCount;

    internal TrainingPool? Pool { get; set; }

    internal CancellationToken CancellationToken { get; set; }

    /// <summary>The initial model; null if nothing is learned.</summary>
    public object? InitialModel => field ??= Options.Task is { } task ? NewModel(task.InitialModel) : null;

    /// <summary>The arithmetic of this run's models.</summary>
    public IModelArithmetic Models => field ??= new Arithmetic(this);

    /// <summary>Where the batches of a training come from: the same in a simulation and in a network with the same seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="node">Whose training.</param>
    /// <param name="number">Which of its trainings, from 0.</param>
    internal static RandomStream TrainingStream(ulong seed, int node, int number) =>
        RandomStream.Named(
            "simulation",
            seed.ToString(CultureInfo.InvariantCulture),
            "train",
            node.ToString(CultureInfo.InvariantCulture),
            number.ToString(CultureInfo.InvariantCulture)
        );

    /// <summary>Has a model tested, with what has been spent until now. Nothing without a task.</summary>
    /// <param name="round">The round.</param>
    /// <param name="models">One model or several, of which the mean counts.</param>
    public void Evaluate(int round, params IReadOnlyList<object?> models)
    {
        if (Options.Task is { } task && models.Count > 0)
        {
            Account.Evaluate(round, [.. models.OfType<SimulatedModel>()], task);
        }
    }

    /// <summary>Has the models of a random share of the nodes tested, and calls itself again: for algorithms without a global model.</summary>
    internal int[] DrawEvaluated(RandomStream random)
    {
        int[] online = [.. Enumerable.Range(0, Nodes).Where(IsOnline)];
        int count = Math.Min(online.Length, Math.Max(1, (int)(Nodes * Options.EvaluatedShare)));
        int[] chosen = [.. random.Sample(online.Length, count).Select(i => online[i])];
        Array.Sort(chosen);
        return chosen;
    }

    internal SimulatedModel NewModel(object? value)
    {
        SimulatedModel model = new(_modelCount++, value);
        Track(model);
        return model;
    }

    private TrainingJob Enqueue(int node, SimulatedModel input, int steps)
    {
        ILearningTask task = Options.Task!;
        int number = Numbers()[node]++;
        RandomStream stream = TrainingStream(Options.Seed, node, number);
        TrainingJob job = new(cancellation => task.Train(node, input.Value!, steps, stream, cancellation));
        if (!IsReplaying)
        {
            Pool?.Add(job);
        }

        return job;
    }

    private int[] _numbers = [];

    private int[] Numbers() => _numbers.Length > 0 ? _numbers : _numbers = new int[Nodes];

    private SimulatedModel Finished(in Training training) => NewModel(IsReplaying ? null : training.Job!.Result(CancellationToken));

    private sealed class Arithmetic(SimulationKernel kernel) : IModelArithmetic
    {
        public object Average(IReadOnlyList<object> models, IReadOnlyList<double> weights) =>
            kernel.NewModel(
                kernel.IsReplaying ? null : kernel.Options.Task!.Average([.. models.Select(m => ((SimulatedModel)m).Value!)], weights)
            );

        public bool IsSound(object model)
        {
            SimulatedModel simulated = (SimulatedModel)model;
            return kernel.IsReplaying ? !kernel.WasUnsound(simulated.Id) : kernel.Judge(simulated);
        }
    }
}
