using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A timer of an algorithm; what the numbers mean is its own business.</summary>
public readonly record struct TimerTag(int Kind, int Id = 0, int Attempt = 0);

/// <summary>An algorithm at work in a simulation: what it does when something happens. All on one thread, in virtual time.</summary>
/// <param name="kernel">The simulation.</param>
public abstract class AlgorithmRun(SimulationKernel kernel)
{
    /// <summary>The simulation.</summary>
    protected SimulationKernel Kernel { get; } = kernel;

    /// <summary>The present virtual time.</summary>
    protected VirtualTime Now => Kernel.Now;

    /// <summary>The run begins.</summary>
    public abstract void Start();

    /// <summary>A message without a model has come to a node that is online.</summary>
    public virtual void OnMessage(int node, int from, in PlexusMessage message) { }

    /// <summary>The sending of a model has ended, whole or not; both ends may be told.</summary>
    public abstract void OnSent(in PlexusMessage message, in EndedTransfer transfer);

    /// <summary>A training is done.</summary>
    /// <param name="node">Of whom.</param>
    /// <param name="round">The round it was asked for.</param>
    /// <param name="model">What came out; null if nothing is learned.</param>
    public abstract void OnTrained(int node, int round, object? model);

    /// <summary>A timer is due.</summary>
    public virtual void OnTimer(int node, TimerTag timer) { }

    /// <summary>A node has come online.</summary>
    public virtual void OnOnline(int node) { }

    /// <summary>A node is going; afterwards the simulation fails its transfers.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isGraceful">Whether it may say so.</param>
    public virtual void OnOffline(int node, bool isGraceful) => Kernel.CancelTraining(node);

    /// <summary>Whether anybody still does something that leads to another round, beyond training and sending.</summary>
    public virtual bool IsWorking => false;

    /// <summary>The model of a node; null if it has none.</summary>
    public abstract object? ModelOf(int node);

    /// <summary>The views, for the result.</summary>
    public virtual IReadOnlyDictionary<int, PopulationView> Views => new Dictionary<int, PopulationView>();
}
