namespace ResearchKit.Federated;

/// <summary>An aggregator whose parameters are trained by the clients together, on their proxy rows.</summary>
public interface ITrainableAggregator : IAggregator
{
    /// <summary>The model f_lambda; its inputs are z, and behind it the features of the row if <see cref="IAggregator.NeedsInputs"/>.</summary>
    /// <param name="clients">M.</param>
    /// <param name="outputs">K; 1 for two classes by one logit.</param>
    /// <param name="inputs">The shape of the inputs, for aggregators that look at them.</param>
    /// <returns>The model; the caller disposes it if it is disposable.</returns>
    /// <exception cref="ArgumentException">The aggregator is not made for these numbers.</exception>
    IClientModel CreateModel(int clients, int outputs, IReadOnlyList<int> inputs);
}
