using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>All clients' models, as each client has them after the one upload and the one download.</summary>
public sealed class Ensemble
{
    /// <summary>Takes members.</summary>
    /// <param name="members">At least one, client by client.</param>
    /// <exception cref="ArgumentException">There is none, or two give different numbers of logits or take different numbers of features; both are named.</exception>
    public Ensemble(IReadOnlyList<IEnsembleMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count == 0)
        {
            throw new ArgumentException("An ensemble needs at least 1 member.", nameof(members));
        }
        var first = members[0];
        foreach (var member in members)
        {
            if (member.Outputs != first.Outputs)
            {
                throw new ArgumentException(
                    $"{first.Name} gives {first.Outputs} logits a row, {member.Name} gives {member.Outputs}; all need the same.",
                    nameof(members)
                );
            }
            if (member.Features is { } features && first.Features is { } wanted && features != wanted)
            {
                throw new ArgumentException(
                    $"{first.Name} takes {wanted} features, {member.Name} takes {features}; all need the same.",
                    nameof(members)
                );
            }
        }
        Members = [.. members];
    }

    /// <summary>The members.</summary>
    public IReadOnlyList<IEnsembleMember> Members { get; }

    /// <summary>K.</summary>
    public int Outputs => Members[0].Outputs;

    /// <summary>z(x) of all rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="threads">Members are evaluated by so many threads; the result does not depend on it.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="ResearchKitException">RK6101: a member gives logits that are not finite; it and the layer are named.</exception>
    public LogitTable Logits(LabeledData data, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var table = RawLogits(data, threads, cancellationToken);
        return table.FirstNotFinite() is { } place ? throw NotFinite(place.Client, place.Row) : table;
    }

    internal LogitTable RawLogits(LabeledData data, int threads, CancellationToken cancellationToken)
    {
        var tables = new float[Members.Count][];
        ParallelClients.ForEach(
            tables.Length,
            threads,
            i =>
            {
                tables[i] = new float[data.Count * Outputs];
                Members[i].Logits(data, tables[i], cancellationToken);
            },
            cancellationToken
        );
        return LogitTable.Join(tables, Outputs);
    }

    internal ResearchKitException NotFinite(int client, int row) =>
        new(
            FederatedErrors.LogitsNotFinite,
            $"The logits of {Members[client].Name} are not finite (row {row}); "
                + (
                    Members[client].NotFinitePart is { } layer
                        ? $"its layer {layer} holds such values."
                        : "all its parameters are, so its last layer overflows."
                ),
            "Train that client again with a smaller learning rate, or drop it (OnNonFinite = Drop)."
        );
}
