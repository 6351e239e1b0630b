using System.Numerics.Tensors;
using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>A member that was trained here.</summary>
/// <param name="name">The client's name.</param>
/// <param name="model">The model.</param>
/// <param name="parameters">pi_i, as the receivers have it: after quantisation, if there was one.</param>
/// <param name="ranges">The ranges to which the activations of each layer are rounded, inputs first; null: they are not.</param>
public sealed class TrainedMember(
    string name,
    IClientModel model,
    ParameterVector parameters,
    IReadOnlyList<ActivationRange>? ranges = null
) : IEnsembleMember
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int Outputs => model.Outputs;

    /// <inheritdoc/>
    public int? Features => (model as FlatClientModel)?.Model.Inputs;

    /// <summary>The model.</summary>
    public IClientModel Model => model;

    /// <summary>The parameters.</summary>
    public ParameterVector Parameters => parameters;

    /// <inheritdoc/>
    public string? NotFinitePart
    {
        get
        {
            foreach (var entry in parameters.Layout.Entries)
            {
                // A sum is finite only if all are (or it overflows, which a scan settles).
                if (!float.IsFinite(TensorPrimitives.Sum<float>(parameters.Slice(entry.Name))))
                {
                    foreach (var value in parameters.Slice(entry.Name))
                    {
                        if (!float.IsFinite(value))
                        {
                            return entry.Name;
                        }
                    }
                }
            }
            return null;
        }
    }

    /// <inheritdoc/>
    public void Logits(LabeledData data, Span<float> logits, CancellationToken cancellationToken = default)
    {
        if (ranges is null)
        {
            model.Logits(parameters, data, logits, cancellationToken);
            return;
        }
        StaticQuantization.Logits(model, parameters, ranges, data, logits, cancellationToken);
    }
}
