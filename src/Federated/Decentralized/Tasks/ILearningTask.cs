using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>How good a model is.</summary>
/// <param name="Accuracy">The share of test rows that it gets right.</param>
/// <param name="Loss">Its loss on them.</param>
public readonly record struct ModelQuality(double Accuracy, double Loss);

/// <summary>
/// What is learned: data of every node, a model, and the training of one node in one round. Models are immutable objects of the task's own kind. All methods may be called from several threads at once and depend on
/// their arguments alone.
/// </summary>
public interface ILearningTask : IModelArithmetic
{
    /// <summary>The model that all nodes begin with.</summary>
    object InitialModel { get; }

    /// <summary>For how many nodes there are data.</summary>
    int Nodes { get; }

    /// <summary>The bytes of a model as it is sent, for the simulation of transfers.</summary>
    long ModelBytes { get; }

    /// <summary>The rows a node learns from.</summary>
    int RowsOf(int node);

    /// <summary>Trains a model on the rows of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="model">The model, which stays as it is.</param>
    /// <param name="steps">E: how many steps.</param>
    /// <param name="random">Where the batches come from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The trained model.</returns>
    object Train(int node, object model, int steps, RandomStream random, CancellationToken cancellationToken);

    /// <summary>Tests a model.</summary>
    ModelQuality Evaluate(object model, CancellationToken cancellationToken);

    /// <summary>Writes a model, for a checkpoint.</summary>
    void Write(object model, Stream to);

    /// <summary>Reads a model back.</summary>
    object Read(Stream from);
}
