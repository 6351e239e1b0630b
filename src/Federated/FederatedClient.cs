using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>One participant and its own data, which never leave it.</summary>
/// <param name="Name">The name, for reports and errors.</param>
/// <param name="Data">Its rows.</param>
public sealed record FederatedClient(string Name, LabeledData Data)
{
    /// <summary>One client for each set of rows, named client 0, client 1, ...</summary>
    public static IReadOnlyList<FederatedClient> Of(IReadOnlyList<LabeledData> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return [.. data.Select((rows, i) => new FederatedClient(FormattableString.Invariant($"client {i}"), rows))];
    }

    /// <summary>Refuses clients whose features or classes are not the same.</summary>
    /// <exception cref="ArgumentException">There is no client, or one differs from the first; both are named.</exception>
    public static void EnsureAlike(IReadOnlyList<FederatedClient> clients)
    {
        ArgumentNullException.ThrowIfNull(clients);
        if (clients.Count == 0)
        {
            throw new ArgumentException("There is no client; at least 1 is needed.", nameof(clients));
        }
        var first = clients[0];
        foreach (var client in clients)
        {
            if (client.Data.FeatureLength != first.Data.FeatureLength || client.Data.ClassCount != first.Data.ClassCount)
            {
                throw new ArgumentException(
                    $"{first.Name} has {first.Data.FeatureLength} features and {first.Data.ClassCount} classes, "
                        + $"{client.Name} has {client.Data.FeatureLength} and {client.Data.ClassCount}; all clients need the same.",
                    nameof(clients)
                );
            }
        }
    }
}
