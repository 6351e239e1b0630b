using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Federated.Deployment;

/// <summary>A process of a real network.</summary>
public sealed record DeploymentOptions
{
    /// <summary>All nodes known at the start, in the order that all processes have.</summary>
    public required IReadOnlyList<PeerInfo> Peers { get; init; }

    /// <summary>The nodes of this process: their numbers in <see cref="Peers"/> and their secret seeds of 32 bytes.</summary>
    public required IReadOnlyDictionary<int, byte[]> Local { get; init; }

    /// <summary>The port this process listens on, on the loopback interface.</summary>
    public required int Port { get; init; }

    /// <summary>What is learned.</summary>
    public required VectorTask Task { get; init; }

    /// <summary>The protocol's settings.</summary>
    public PlexusOptions Protocol { get; init; } = new();

    /// <summary>E: local steps in a round; at least 1.</summary>
    public int LocalSteps { get; init; } = 5;

    /// <summary>All randomness comes from it; the batches are those of a simulation with the same seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Who trains in the first round.</summary>
    public IReadOnlyList<int> FirstSample { get; init; } = [];

    /// <summary>Where the states of nodes are kept; null: nowhere.</summary>
    public string? StateFolder { get; init; }

    /// <summary>What goes wrong on purpose.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>The cap on each node's outgoing and, separately, incoming models, bytes per second; infinite: none.</summary>
    public double CapBytesPerSecond { get; init; } = double.PositiveInfinity;

    /// <summary>How long others are waited for before the first round.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call without an answer takes at most.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a broken transfer is taken up again before it counts as failed.</summary>
    public int TransferAttempts { get; init; } = 6;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where messages for the operator go.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
