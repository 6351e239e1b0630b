using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>One client's model in the ensemble, wherever it was trained. Safe to use from several threads.</summary>
public interface IEnsembleMember
{
    /// <summary>The name, for errors and reports.</summary>
    string Name { get; }

    /// <summary>K; 1 for two classes by one logit.</summary>
    int Outputs { get; }

    /// <summary>The features of a row, or null if it takes any number.</summary>
    int? Features { get; }

    /// <summary>The logits of all rows.</summary>
    /// <param name="data">The rows; labels are not looked at.</param>
    /// <param name="logits">Takes rows x K values.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    void Logits(LabeledData data, Span<float> logits, CancellationToken cancellationToken = default);

    /// <summary>Which part of the model holds values that are not finite, for the error that names it; null if none does.</summary>
    string? NotFinitePart => null;
}
