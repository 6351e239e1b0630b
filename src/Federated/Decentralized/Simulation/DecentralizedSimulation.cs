namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Runs a decentralised algorithm in virtual time. Equal options give an equal run, event for event and bit for bit, whatever the number of <see cref="SimulationOptions.Workers"/>.
/// </summary>
public static class DecentralizedSimulation
{
    private const int EventsBetweenChecks = 1024;

    /// <summary>Runs an algorithm to the end.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="options">The world.</param>
    /// <param name="progress">Is told now and then.</param>
    /// <param name="cancellationToken">Stops at the next event; the result is then partial, with <see cref="RunStatus.Cancelled"/>.</param>
    /// <returns>What it gave.</returns>
    /// <exception cref="ArgumentException">Options do not fit each other; the message names them.</exception>
    public static Task<SimulationResult> RunAsync(
        IDecentralizedAlgorithm algorithm,
        SimulationOptions options,
        IProgress<SimulationProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Run(algorithm, options, progress, cancellationToken), CancellationToken.None);

    /// <inheritdoc cref="RunAsync"/>
    public static SimulationResult Run(
        IDecentralizedAlgorithm algorithm,
        SimulationOptions options,
        IProgress<SimulationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using SimulationSession session = new(algorithm, options, keepsCheckpoints: false, cancellationToken);
        return session.ToEnd(EventsBetweenChecks, null, progress);
    }

    internal static SimulationOptions Checked(IDecentralizedAlgorithm algorithm, SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Devices.Count == 0)
        {
            throw new ArgumentException("There are no devices; a simulation has at least one node.", nameof(options));
        }

        for (int i = 0; i < options.Devices.Count; i++)
        {
            if (!(options.Devices[i].ComputationMs >= 0 && double.IsFinite(options.Devices[i].ComputationMs)))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(options),
                    options.Devices[i].ComputationMs,
                    $"The computation of device {i} must be a number of milliseconds, at least 0."
                );
            }
        }

        SimulationOptions adjusted = algorithm.Adjust(options);
        if (options.Task is { } task && task.Nodes < options.Devices.Count)
        {
            throw new ArgumentException(
                $"The task has data for {task.Nodes} nodes, and there are {options.Devices.Count} devices.",
                nameof(options)
            );
        }

        return adjusted;
    }
}
