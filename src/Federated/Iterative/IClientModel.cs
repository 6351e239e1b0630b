using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// A kind of model that clients train: plain code (<see cref="FlatClientModel"/>) or a torch module (<see cref="TorchClientModel"/>). Safe to use from several
/// threads, each with its own parameters.
/// </summary>
public interface IClientModel
{
    /// <summary>The logits of a row; one logit means two classes.</summary>
    int Outputs { get; }

    /// <summary>The parameters, and behind them the buffers (running means) if the model has any.</summary>
    ParameterLayout Layout { get; }

    /// <summary>First parameters.</summary>
    /// <param name="random">Decides them.</param>
    ParameterVector Initialize(RandomStream random);

    /// <summary>Trains in place.</summary>
    /// <param name="task">Parameters, data and randomness.</param>
    /// <param name="training">How.</param>
    /// <param name="cancellationToken">Cancels before each step.</param>
    /// <exception cref="ArgumentException">There is no row, or a shape does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    LocalResult Train(LocalTask task, LocalTraining training, CancellationToken cancellationToken = default);

    /// <summary>The logits of all rows.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="data">The rows.</param>
    /// <param name="logits">Takes rows x outputs values.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    void Logits(ParameterVector parameters, ILabeledBatchSource data, Span<float> logits, CancellationToken cancellationToken = default);
}
