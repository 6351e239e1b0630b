using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>f_lambda with its parameters: a trained aggregator.</summary>
/// <param name="model">The model.</param>
/// <param name="parameters">lambda.</param>
/// <param name="needsInputs">Whether it looks at the features behind z.</param>
public sealed class LearnedRule(IClientModel model, ParameterVector parameters, bool needsInputs = false) : IEnsembleRule, IDisposable
{
    /// <summary>The model.</summary>
    public IClientModel Model => model;

    /// <summary>lambda.</summary>
    public ParameterVector Parameters => parameters;

    /// <inheritdoc/>
    public float[] Predict(LogitTable z, LabeledData? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (needsInputs && inputs is null)
        {
            throw new ArgumentException("This aggregator looks at the inputs; give them beside the logits.", nameof(inputs));
        }
        var logits = new float[z.Rows * model.Outputs];
        model.Logits(parameters, z.WithLabels(new int[z.Rows], needsInputs ? inputs : null), logits);
        return logits;
    }

    /// <inheritdoc/>
    public void Dispose() => (model as IDisposable)?.Dispose();
}
