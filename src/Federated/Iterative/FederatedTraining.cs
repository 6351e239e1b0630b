using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ResearchKit.Data;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Federated;

/// <summary>
/// Federated training in rounds: clients train from the global parameters, the server takes their results by an <see cref="IFederatedOptimizer"/>. The result
/// depends on data, options and seed alone: not on threads, not on the order in which clients end, not on a restart in between. One thread calls it.
/// </summary>
public sealed partial class FederatedTraining
{
    private readonly IClientModel _model;
    private readonly IReadOnlyList<ILabeledBatchSource> _clients;
    private readonly FederatedOptions _options;
    private readonly RandomStream _random;
    private readonly TrafficLedger? _ledger;
    private readonly ILogger _logger;
    private readonly PooledRound? _pooled;
    private readonly ClientRound[] _rounds;
    private readonly ParameterLayout _pullLayout;
    private readonly (TrafficKind Down, TrafficKind Up) _kinds;

    /// <summary>Begins a training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clients">Each client's rows; at least one client. A client without rows takes no part.</param>
    /// <param name="options">How.</param>
    /// <param name="random">Decides everything random, by client and round.</param>
    /// <param name="initial">The first parameters; null: drawn.</param>
    /// <param name="ledger">Counts what is sent: node 0 is the server, node i + 1 client i; null: nobody counts.</param>
    /// <param name="phase">The name of this phase in the ledger.</param>
    /// <param name="logger">Is told of failures.</param>
    /// <exception cref="ArgumentException">There is no client with rows, the clients differ in features or classes, or the initial layout is another.</exception>
    public FederatedTraining(
        IClientModel model,
        IReadOnlyList<ILabeledBatchSource> clients,
        FederatedOptions options,
        RandomStream random,
        ParameterVector? initial = null,
        TrafficLedger? ledger = null,
        string phase = "rounds",
        ILogger? logger = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        CheckAlike(clients);
        (_model, _clients, _options, _random, _ledger, _logger) = (model, clients, options, random, ledger, logger ?? NullLogger.Instance);
        Parameters = new ParameterVector(model.Layout);
        Parameters.CopyFrom(initial ?? model.Initialize(random.Split("init")));
        var start = new double[model.Layout.ParameterLength];
        TensorPrimitives.ConvertTruncating<float, double>(Parameters.Values[..start.Length], start);
        State = new ServerState(start, clients.Count);
        _pullLayout = ParameterLayout.Create(
            model.Layout.Entries.Where(entry => !entry.IsBuffer).Select(entry => (entry.Name, entry.Shape))
        );
        _rounds = [.. Enumerable.Range(0, clients.Count).Select(_ => new ClientRound())];
        _pooled = PooledRound.For(model, clients, options, random);
        if (ledger is not null)
        {
            _kinds = (ledger.Kind("model down", phase), ledger.Kind("model up", phase));
        }
    }

    /// <summary>The global parameters (and buffers); changes from round to round.</summary>
    public ParameterVector Parameters { get; }

    /// <summary>The state of the server.</summary>
    public ServerState State { get; }

    /// <summary>Does the rounds that are left, beginning behind the newest checkpoint.</summary>
    /// <param name="checkpoints">Where checkpoints are read and written; null: none.</param>
    /// <param name="cancellationToken">Cancels between steps; the last checkpoint stays.</param>
    /// <exception cref="ResearchKitException">RK6102: too few clients answered; RK3005: the checkpoints are of other inputs.</exception>
    public async IAsyncEnumerable<RoundReport> RunAsync(
        CheckpointFolder? checkpoints = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        if (checkpoints is not null && await checkpoints.NewestAsync(cancellationToken) is { } newest)
        {
            await RestoreAsync(newest, cancellationToken);
        }
        while (State.Round < _options.Rounds)
        {
            var report = await NextOrSaveAsync(checkpoints, cancellationToken);
            if (checkpoints is not null && (State.Round % _options.CheckpointEvery == 0 || State.Round == _options.Rounds))
            {
                await checkpoints.SaveAsync(State.Round, SaveAsync, cancellationToken);
            }
            yield return report;
        }
    }

    // A job that is stopped between two checkpoints loses no round that was done.
    private async Task<RoundReport> NextOrSaveAsync(CheckpointFolder? checkpoints, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => Next(cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or ResearchKitException && checkpoints is not null && IsBetweenRounds)
        {
            await checkpoints.SaveAsync(State.Round, SaveAsync, CancellationToken.None);
            throw;
        }
    }

    // Buffers that stay with the clients may already be those of the round that was broken off.
    private bool IsBetweenRounds => _options.BatchNorm == BatchNormMode.Average || Parameters.Length == State.Parameters.Length;

    /// <summary>Does one round.</summary>
    /// <param name="cancellationToken">Cancels between steps; the state is then that before the round.</param>
    /// <exception cref="ResearchKitException">RK6102: too few clients answered.</exception>
    public RoundReport Next(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var round = State.Round + 1;
        var chosen = Chosen(round);
        List<int> failed = [.. chosen.Where(client => _options.Answers?.Invoke(round, client) == false)];
        List<int> working = [.. chosen.Except(failed)];
        double loss;
        IReadOnlyList<ClientUpdate> updates;
        long up;
        if (_pooled is not null)
        {
            EnsureEnough(working.Count, round);
            (var update, loss) = _pooled.Run(State, Parameters, working, Weights(working), round, cancellationToken);
            updates = [update];
            up = working.Count * ModelMessage.SizeOf(ExchangedLength);
            foreach (var client in working)
            {
                _rounds[client].BytesUp = ModelMessage.SizeOf(ExchangedLength);
            }
        }
        else
        {
            Work(working, round, cancellationToken);
            foreach (var client in working.Where(client => _rounds[client].Failure is not null))
            {
                LogFailure(_logger, client, round, _rounds[client].Failure!.Message);
                failed.Add(client);
            }
            working.RemoveAll(client => _rounds[client].Failure is not null);
            EnsureEnough(working.Count, round);
            var weights = Weights(working);
            updates =
            [
                .. working.Select(
                    (client, i) =>
                        new ClientUpdate(
                            client,
                            weights[i],
                            _rounds[client].Result,
                            _rounds[client].Training.Steps,
                            _rounds[client].Training.StepLength
                        )
                ),
            ];
            loss = working.Select((client, i) => weights[i] * _rounds[client].Training.Loss).Sum();
            up = working.Sum(client => _rounds[client].BytesUp);
            TakeBuffers(working, weights);
        }
        _options.Optimizer.Step(State, updates);
        State.Round = round;
        TensorPrimitives.ConvertTruncating<double, float>(State.Parameters, Parameters.Values[..State.Parameters.Length]);
        var down = chosen.Count * ModelMessage.SizeOf(ExchangedLength);
        Record(chosen, working);
        failed.Sort();
        return new(round, loss, working, failed, up, down, Parameters);
    }

    private int ExchangedLength => _options.BatchNorm == BatchNormMode.Average ? _model.Layout.Length : _model.Layout.ParameterLength;

    private void EnsureEnough(int count, int round)
    {
        if (count < _options.MinClients)
        {
            throw new ResearchKitException(
                FederatedErrors.TooFewClients,
                $"In round {round} {count} clients answered; at least {_options.MinClients} are needed.",
                "Go on from the last checkpoint when the clients are back, or set MinClients lower."
            );
        }
    }

    private List<int> Chosen(int round)
    {
        List<int> able = [.. Enumerable.Range(0, _clients.Count).Where(client => _clients[client].Count > 0)];
        if (_options.ClientsPerRound is not { } count || count >= able.Count)
        {
            return able;
        }
        int[] drawn = _random.Split("choice", Text(round)).Sample(able.Count, count);
        return [.. drawn.Order().Select(i => able[i])];
    }

    private double[] Weights(List<int> clients)
    {
        var weights = clients.Select(client => WeightOf(_clients[client].Count)).ToArray();
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private double WeightOf(int rows)
    {
        var local = _options.Local;
        return _options.Weighting switch
        {
            ClientWeighting.Uniform => 1,
            ClientWeighting.Samples => rows,
            _ => local.StepsPerEpoch(rows) <= local.StepsFor(rows) ? rows : (double)local.BatchSize * local.StepsFor(rows),
        };
    }

    private void Work(List<int> clients, int round, CancellationToken cancellationToken)
    {
        // Pulls are made here, one after another: an optimiser may make a client's vector when it is asked for first.
        foreach (var client in clients)
        {
            var own = _rounds[client];
            own.Prepare(_model.Layout, _options.BatchNorm, Parameters, State.Parameters.Length);
            own.Pull = null;
            if (_options.Optimizer.Pulls)
            {
                own.Offset ??= new double[State.Parameters.Length];
                var scale = _options.Optimizer.Pull(State, client, own.Offset);
                own.OffsetVector ??= new ParameterVector(_pullLayout);
                TensorPrimitives.ConvertTruncating<double, float>(own.Offset, own.OffsetVector.Values);
                own.Pull = new GradientPull(scale, own.OffsetVector);
            }
        }
        ParallelClients.ForEach(clients.Count, _options.Threads, i => Work(clients[i], round, cancellationToken), cancellationToken);
    }

    private void Work(int client, int round, CancellationToken cancellationToken)
    {
        var own = _rounds[client];
        var continues = _options.Local.ContinuesBatches;
        try
        {
            own.Failure = null;
            own.Training = _model.Train(
                new LocalTask(
                    own.Parameters!,
                    _clients[client],
                    continues ? _random.Split("client", Text(client)) : _random.Split("client", Text(client), "round", Text(round))
                )
                {
                    Pull = own.Pull,
                    FirstStep = continues ? (long)(round - 1) * _options.Local.StepsFor(_clients[client].Count) : 0,
                },
                _options.Local,
                cancellationToken
            );
            own.Finish(State.Parameters, Parameters, _options.Filters, _random.Split("filter", Text(client), Text(round)), ExchangedLength);
        }
        catch (ClientFailedException failure)
        {
            own.Failure = failure;
        }
    }

    private void TakeBuffers(List<int> clients, double[] weights)
    {
        var first = _model.Layout.ParameterLength;
        if (first == _model.Layout.Length || _options.BatchNorm == BatchNormMode.Local)
        {
            return;
        }
        var buffers = Parameters.Values[first..];
        if (_options.BatchNorm == BatchNormMode.FirstClient)
        {
            _rounds[clients[0]].Parameters!.Values[first..].CopyTo(buffers);
            return;
        }
        var sum = new double[buffers.Length];
        for (var i = 0; i < clients.Count; i++)
        {
            var own = _rounds[clients[i]].Parameters!.Values[first..];
            for (var k = 0; k < sum.Length; k++)
            {
                sum[k] += weights[i] * own[k];
            }
        }
        TensorPrimitives.ConvertTruncating<double, float>(sum, buffers);
    }

    private void Record(List<int> chosen, List<int> answered)
    {
        if (_ledger is null)
        {
            return;
        }
        foreach (var client in chosen)
        {
            _ledger.Record(_kinds.Down, 0, client + 1, ModelMessage.SizeOf(ExchangedLength));
        }
        foreach (var client in answered)
        {
            _ledger.Record(_kinds.Up, client + 1, 0, _rounds[client].BytesUp);
        }
    }

    private static void CheckAlike(IReadOnlyList<ILabeledBatchSource> clients)
    {
        if (!clients.Any(client => client.Count > 0))
        {
            throw new ArgumentException("No client has a row; at least 1 is needed.", nameof(clients));
        }
        for (var i = 1; i < clients.Count; i++)
        {
            if (clients[i].FeatureLength != clients[0].FeatureLength || clients[i].ClassCount != clients[0].ClassCount)
            {
                throw new ArgumentException(
                    $"Client 0 has {clients[0].FeatureLength} features and {clients[0].ClassCount} classes, client {i} has {clients[i].FeatureLength} and {clients[i].ClassCount}; all need the same.",
                    nameof(clients)
                );
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {Client} failed in round {Round}: {Reason}")]
    private static partial void LogFailure(ILogger logger, int client, int round, string reason);
}
