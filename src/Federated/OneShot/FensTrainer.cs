using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ResearchKit.Data;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// FENS (arXiv:2411.07182): clients train to completion and upload once; instead of averaging or voting, a small function of all models' logits is then learned by
/// ordinary federated learning on proxy rows that never leave their clients.
/// </summary>
/// <param name="options">How; the defaults if null.</param>
/// <param name="logger">Is told of warnings and failures.</param>
public sealed partial class FensTrainer(FensOptions? options = null, ILogger? logger = null)
{
    private readonly FensOptions _options = options ?? new();
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>Both phases.</summary>
    /// <param name="clients">The clients; all with the same features and classes.</param>
    /// <param name="model">The kind of model that each trains.</param>
    /// <param name="random">Decides splits, first parameters and batches.</param>
    /// <param name="checkpoints">Where trained models and aggregator rounds are kept, to go on after an interruption; null: nowhere.</param>
    /// <param name="progress">Is told of clients and rounds.</param>
    /// <param name="cancellationToken">Cancels; what a checkpoint holds stays.</param>
    /// <exception cref="ArgumentException">Clients or model do not fit together; both are named.</exception>
    /// <exception cref="ResearchKitException">RK6104: no client would have a proxy row, found before any training; RK6101: logits are not finite; RK6102: too few clients answered.</exception>
    public async Task<FensResult> TrainAsync(
        IReadOnlyList<FederatedClient> clients,
        IClientModel model,
        RandomStream random,
        FensCheckpoints? checkpoints = null,
        IProgress<FensProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(random);
        FederatedClient.EnsureAlike(clients);
        var splits = ClientSplit.OfAll([.. clients.Select(client => client.Data)], _options.ProxyFraction, _options.PerClassProxy, random);
        var warnings = new List<FensWarning>();
        CheckSplits(clients, splits, warnings);
        var local = await ModelsAsync(clients, splits, model, random, checkpoints, progress, cancellationToken);
        return await SecondPhaseAsync(clients, splits, model, local, random, warnings, checkpoints, progress, cancellationToken);
    }

    /// <summary>The second phase on models that are trained already, one a client, with the splits they were trained on.</summary>
    /// <inheritdoc cref="TrainAsync"/>
    /// <param name="clients">The clients.</param>
    /// <param name="splits">Each client's two parts.</param>
    /// <param name="model">The kind of model.</param>
    /// <param name="local">Each client's parameters.</param>
    /// <param name="random">Decides first parameters and batches of the aggregator.</param>
    /// <param name="progress">Is told of rounds.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<FensResult> AggregateAsync(
        IReadOnlyList<FederatedClient> clients,
        IReadOnlyList<ClientSplit> splits,
        IClientModel model,
        IReadOnlyList<ParameterVector> local,
        RandomStream random,
        IProgress<FensProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentNullException.ThrowIfNull(local);
        if (splits.Count != clients.Count || local.Count != clients.Count)
        {
            throw new ArgumentException(
                $"{splits.Count} splits and {local.Count} models are given for {clients.Count} clients.",
                nameof(local)
            );
        }
        var warnings = new List<FensWarning>();
        CheckSplits(clients, splits, warnings);
        return SecondPhaseAsync(clients, splits, model, local, random, warnings, null, progress, cancellationToken);
    }

    /// <summary>Phase 1 alone: each client's model.</summary>
    /// <param name="splits">Each client's two parts; P is not looked at.</param>
    /// <param name="model">The kind of model.</param>
    /// <param name="random">Decides first parameters and batches, by client.</param>
    /// <param name="progress">Is told of clients.</param>
    /// <param name="cancellationToken">Cancels before each step.</param>
    public IReadOnlyList<ParameterVector> TrainLocally(
        IReadOnlyList<ClientSplit> splits,
        IClientModel model,
        RandomStream random,
        IProgress<FensProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentNullException.ThrowIfNull(model);
        var results = new ParameterVector[splits.Count];
        var done = 0;
        ParallelClients.ForEach(
            splits.Count,
            _options.Threads,
            i =>
            {
                var own = random.Split("local", i.ToString(CultureInfo.InvariantCulture));
                var start = model.Initialize(_options.SameInitialization ? random.Split("init") : own.Split("init"));
                results[i] = new LocalTrainer(_options.Local, _options.Selection, _options.ValidationShare).Train(
                    model,
                    start,
                    splits[i].Training,
                    own,
                    cancellationToken
                );
                progress?.Report(new("local training", Interlocked.Increment(ref done), splits.Count));
            },
            cancellationToken
        );
        return results;
    }

    private async Task<FensResult> SecondPhaseAsync(
        IReadOnlyList<FederatedClient> clients,
        IReadOnlyList<ClientSplit> splits,
        IClientModel model,
        IReadOnlyList<ParameterVector> local,
        RandomStream random,
        List<FensWarning> warnings,
        FensCheckpoints? checkpoints,
        IProgress<FensProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var ledger = new TrafficLedger(byPair: false);
        var (ensemble, members) = await Task.Run(
            () => Build(clients, splits, model, local, warnings, cancellationToken),
            cancellationToken
        );
        var sizes = RecordModels(ledger, clients.Count, members.Count, model.Layout);
        var proxies = await Task.Run(() => Proxies(ensemble, splits, cancellationToken), cancellationToken);
        progress?.Report(new("ensemble", members.Count, clients.Count));
        var trainer = new AggregatorTrainer(_options.Aggregator, _options.Training, _options.Threads);
        IReadOnlyList<int>[] counts = [.. members.Select(i => splits[i].Training.ClassCounts())];
        var fit = await trainer.FitAsync(
            proxies,
            counts,
            random.Split("aggregator"),
            ledger,
            checkpoints?.ForAggregator(),
            progress,
            _logger,
            cancellationToken
        );
        var lambda = (fit.Rule as LearnedRule)?.Parameters.Length ?? 0;
        var traffic = new FensTraffic(
            sizes.Model,
            sizes.Quantized,
            sizeof(float) * (long)lambda,
            members.Count,
            lambda == 0 ? 0 : _options.Training.Rounds
        );
        traffic.PredictIn(ledger);
        if (traffic.AggregatorDominates)
        {
            Warn(
                warnings,
                FensWarningKind.AggregatorTraffic,
                $"Training the aggregator sends {traffic.Aggregation} bytes a client (2 R A), more than a model has ({traffic.ModelBytes}): FENS saves no traffic with models this small."
            );
        }
        return new FensResult
        {
            Ensemble = ensemble,
            Rule = fit.Rule,
            Statistics = AggregatorTrainer.Statistics(proxies, counts),
            Members = members,
            Splits = splits,
            Proxies = proxies,
            Traffic = traffic,
            Ledger = ledger,
            Warnings = warnings,
            History = fit.History,
            Failures = fit.Failures,
        };
    }

    private async Task<IReadOnlyList<ParameterVector>> ModelsAsync(
        IReadOnlyList<FederatedClient> clients,
        IReadOnlyList<ClientSplit> splits,
        IClientModel model,
        RandomStream random,
        FensCheckpoints? checkpoints,
        IProgress<FensProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (checkpoints is not null && await checkpoints.LoadModelsAsync(model.Layout, clients.Count, cancellationToken) is { } stored)
        {
            return stored;
        }
        var trained = await Task.Run(() => TrainLocally(splits, model, random, progress, cancellationToken), cancellationToken);
        if (checkpoints is not null)
        {
            await checkpoints.SaveModelsAsync(trained, cancellationToken);
        }
        return trained;
    }

    private (Ensemble Ensemble, IReadOnlyList<int> Members) Build(
        IReadOnlyList<FederatedClient> clients,
        IReadOnlyList<ClientSplit> splits,
        IClientModel model,
        IReadOnlyList<ParameterVector> local,
        List<FensWarning> warnings,
        CancellationToken cancellationToken
    )
    {
        var members = new List<(int Client, IEnsembleMember Member)>();
        for (var i = 0; i < clients.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var received = new TrainedMember(clients[i].Name, model, local[i]);
            if (received.NotFinitePart is { } part)
            {
                if (_options.OnNonFinite == NonFinitePolicy.Error)
                {
                    throw new ResearchKitException(
                        FederatedErrors.LogitsNotFinite,
                        $"The model of {clients[i].Name} is not finite: its layer {part} holds NaN or infinity.",
                        "Train that client again with a smaller learning rate, or drop it (OnNonFinite = Drop)."
                    );
                }
                Warn(warnings, FensWarningKind.ClientDropped, $"{clients[i].Name} was left out: its layer {part} is not finite.");
                continue;
            }
            members.Add((i, Quantized(received, splits[i].Proxy, cancellationToken)));
        }
        if (members.Count == 0)
        {
            throw new ResearchKitException(
                FederatedErrors.LogitsNotFinite,
                "No client's model is finite.",
                "Train again with a smaller learning rate."
            );
        }
        return (new Ensemble([.. members.Select(member => member.Member)]), [.. members.Select(member => member.Client)]);
    }

    private TrainedMember Quantized(TrainedMember member, LabeledData proxy, CancellationToken cancellationToken)
    {
        if (_options.Quantization == Quantization.None)
        {
            return member;
        }
        var parameters = Int8Model.Of(member.Parameters).Dequantize();
        // Without calibration rows there is no range to round activations in.
        var ranges =
            _options.Quantization == Quantization.Int8Static && proxy.Count > 0
                ? StaticQuantization.Calibrate(member.Model, parameters, proxy, cancellationToken)
                : null;
        return new TrainedMember(member.Name, member.Model, parameters, ranges);
    }

    private (long Model, long Quantized) RecordModels(TrafficLedger ledger, int clients, int members, ParameterLayout layout)
    {
        var up = ledger.Kind("model", FensPhases.Upload);
        var down = ledger.Kind("model", FensPhases.Ensemble);
        var none = _options.Quantization == Quantization.None;
        var sent = none ? ModelMessage.SizeOf(layout.Length) : Int8Model.SizeOf(layout);
        for (var client = 1; client <= clients; client++)
        {
            ledger.Record(up, client, 0, ModelMessage.SizeOf(layout.Length));
            ledger.Record(down, 0, client, members * sent);
        }
        var parameters = (long)layout.ParameterLength;
        return (sizeof(float) * parameters, none ? sizeof(float) * parameters : parameters);
    }

    private List<ProxySet> Proxies(Ensemble ensemble, IReadOnlyList<ClientSplit> splits, CancellationToken cancellationToken)
    {
        var proxies = new List<ProxySet>();
        foreach (var split in splits)
        {
            var rows = split.Proxy.Count == 0 ? split.Proxy : Rows(split);
            var z = ensemble.Logits(rows, _options.Threads, cancellationToken);
            proxies.Add(new ProxySet(z, rows.Labels.ToArray(), _options.Aggregator.NeedsInputs ? rows : null));
        }
        return proxies;
    }

    private LabeledData Rows(ClientSplit split) => _options.IncludeTrainingRows ? split.Both() : split.Proxy;

    private void CheckSplits(IReadOnlyList<FederatedClient> clients, IReadOnlyList<ClientSplit> splits, List<FensWarning> warnings)
    {
        if (splits.All(split => split.Proxy.Count == 0))
        {
            throw AggregatorTrainer.NoProxy();
        }
        for (var i = 0; i < splits.Count; i++)
        {
            if (splits[i].Proxy.Count == 0)
            {
                Warn(
                    warnings,
                    FensWarningKind.NoProxyRows,
                    $"{clients[i].Name} has no proxy row and takes no part in training the aggregator."
                );
            }
            if (splits[i].Training.Count == 0)
            {
                Warn(warnings, FensWarningKind.NoTrainingRows, $"{clients[i].Name} has no row to train on; its model is as it was drawn.");
            }
        }
        var classes = clients[0].Data.ClassCount;
        for (var k = 0; k < classes; k++)
        {
            if (splits.All(split => split.Proxy.ClassCounts()[k] == 0))
            {
                Warn(warnings, FensWarningKind.ClassWithoutProxy, $"Class {NameOf(clients[0].Data, k)} has no proxy row at any client.");
            }
            if (splits.All(split => split.Training.ClassCounts()[k] == 0))
            {
                Warn(
                    warnings,
                    FensWarningKind.ClassWithoutTraining,
                    $"Class {NameOf(clients[0].Data, k)} has no training row at any client; weights by class counts are 1/{clients.Count} for it."
                );
            }
        }
    }

    private static string NameOf(LabeledData data, int k) =>
        data.Schema.ClassNames.Count > 0
            ? $"{k.ToString(CultureInfo.InvariantCulture)} ({data.Schema.ClassNames[k]})"
            : k.ToString(CultureInfo.InvariantCulture);

    private void Warn(List<FensWarning> warnings, FensWarningKind kind, string message)
    {
        warnings.Add(new(kind, message));
        LogWarning(_logger, message);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}")]
    private static partial void LogWarning(ILogger logger, string text);
}
