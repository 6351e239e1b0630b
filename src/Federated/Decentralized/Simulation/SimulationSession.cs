using System.Globalization;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A run under way.</summary>
internal sealed class SimulationSession : IDisposable
{
    private readonly IDecentralizedAlgorithm _algorithm;
    private readonly SimulationOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly EventLog? _log; // its own, unless the options bring one

    internal SimulationSession(
        IDecentralizedAlgorithm algorithm,
        SimulationOptions options,
        bool keepsCheckpoints,
        CancellationToken cancellationToken
    )
    {
        _options = DecentralizedSimulation.Checked(algorithm, options);
        (_algorithm, _cancellationToken) = (algorithm, cancellationToken);
        _log = _options.Log is null ? new EventLog() : null;
        Kernel = new SimulationKernel(
            _options,
            RandomStream.Named("simulation", options.Seed.ToString(CultureInfo.InvariantCulture)),
            _options.Log ?? _log!
        )
        {
            CancellationToken = cancellationToken,
            KeepsCheckpoints = keepsCheckpoints,
            Pool = _options.Task is null || _options.Workers == 1 ? null : new TrainingPool(_options.Workers, cancellationToken),
        };
    }

    internal SimulationKernel Kernel { get; }

    public void Dispose()
    {
        Kernel.Pool?.Dispose();
        _log?.Dispose();
    }

    internal void Begin()
    {
        Kernel.Run = _algorithm.Begin(Kernel);
        Kernel.Begin();
    }

    /// <summary>Handles events until a number of them; false: the run is over.</summary>
    internal bool Go(long until)
    {
        while (Kernel.Handled < until)
        {
            if (IsOver || !Kernel.Step(_options.Duration))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsOver => Kernel.IsLivenessLost || (_options.MaxRounds is { } most && Kernel.Account.RoundCount >= most);

    internal SimulationResult ToEnd(int eventsBetweenChecks, Action<SimulationSession>? between, IProgress<SimulationProgress>? progress)
    {
        if (Kernel.Handled == 0)
        {
            Begin();
        }

        bool isCancelled = false;
        try
        {
            while (Go(Kernel.Handled + eventsBetweenChecks))
            {
                _cancellationToken.ThrowIfCancellationRequested();
                between?.Invoke(this);
                progress?.Report(new(Kernel.Now.Seconds, _options.Duration.Seconds, Kernel.Handled, Kernel.Account.RoundCount));
            }

            if (!IsOver)
            {
                Kernel.Events.AdvanceTo(_options.Duration);
            }

            Kernel.Account.Settle();
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested)
        {
            isCancelled = true; // what was measured so far is the result
        }

        return Kernel.Account.Result(
            _algorithm.Name,
            isCancelled ? RunStatus.Cancelled
                : Kernel.IsLivenessLost ? RunStatus.LivenessLost
                : RunStatus.Completed
        );
    }
}
