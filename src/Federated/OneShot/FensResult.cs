using ResearchKit.Metrics;

namespace ResearchKit.Federated;

/// <summary>What FENS gives.</summary>
public sealed record FensResult
{
    /// <summary>The clients' models; those left out are not in it.</summary>
    public required Ensemble Ensemble { get; init; }

    /// <summary>How logits are combined: a <see cref="LearnedRule"/> where there is something to learn.</summary>
    public required IEnsembleRule Rule { get; init; }

    /// <summary>What the clients reported of themselves: for other rules on the same ensemble.</summary>
    public required EnsembleStatistics Statistics { get; init; }

    /// <summary>The clients that are in the ensemble, by their numbers, ascending.</summary>
    public required IReadOnlyList<int> Members { get; init; }

    /// <summary>The two parts of each client's rows.</summary>
    public required IReadOnlyList<ClientSplit> Splits { get; init; }

    /// <summary>What each client trained the aggregator on.</summary>
    public required IReadOnlyList<ProxySet> Proxies { get; init; }

    /// <summary>The formulas.</summary>
    public required FensTraffic Traffic { get; init; }

    /// <summary>What was sent: node 0 is the server, node i + 1 client i.</summary>
    public required TrafficLedger Ledger { get; init; }

    /// <summary>What to know.</summary>
    public required IReadOnlyList<FensWarning> Warnings { get; init; }

    /// <summary>The aggregator's training loss in each round; empty for a fixed rule.</summary>
    public required IReadOnlyList<double> History { get; init; }

    /// <summary>In each round, how many clients failed; empty for a fixed rule.</summary>
    public required IReadOnlyList<int> Failures { get; init; }
}
