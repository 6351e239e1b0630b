using Microsoft.Extensions.Logging;
using ResearchKit.Data;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Federated;

/// <summary>
/// The second phase of FENS (arXiv:2411.07182, section 3) by itself: clients that hold all models' logits on their own proxy rows train f_lambda together. It needs no
/// model and no data but logits and labels, so the clients may have been trained anywhere.
/// </summary>
/// <param name="aggregator">The aggregator.</param>
/// <param name="training">How it is trained; the defaults if null.</param>
/// <param name="threads">The threads; the result does not depend on them.</param>
public sealed class AggregatorTrainer(IAggregator aggregator, AggregatorTraining? training = null, int threads = 1)
{
    private readonly AggregatorTraining _training = training ?? new();

    /// <summary>Is called after each round, for example to follow a validation accuracy; null: nobody is.</summary>
    public Action<IClientModel, RoundReport>? OnRound { get; init; }

    /// <summary>Finds the rule.</summary>
    /// <param name="proxies">Each client's proxy; those without rows take no part.</param>
    /// <param name="labelCounts">The rows of each class in each client's training part, for weights by counts; null: those of the proxies.</param>
    /// <param name="random">Decides first parameters and batches.</param>
    /// <param name="ledger">Counts what is sent; null: nobody counts.</param>
    /// <param name="checkpoints">Where rounds are kept; null: nowhere.</param>
    /// <param name="progress">Is told of rounds.</param>
    /// <param name="logger">Is told of failures.</param>
    /// <param name="cancellationToken">Cancels; the last complete round's checkpoint stays.</param>
    /// <exception cref="ArgumentException">Clients differ in the number of models or classes; both are named.</exception>
    /// <exception cref="ResearchKitException">RK6104: no client has a proxy row; RK6101: a logit is not finite; RK6102: too few clients answered.</exception>
    public async Task<AggregatorFit> FitAsync(
        IReadOnlyList<ProxySet> proxies,
        IReadOnlyList<IReadOnlyList<int>>? labelCounts,
        RandomStream random,
        TrafficLedger? ledger = null,
        CheckpointFolder? checkpoints = null,
        IProgress<FensProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(proxies);
        ArgumentNullException.ThrowIfNull(random);
        Check(proxies);
        var statistics = Statistics(proxies, labelCounts);
        switch (aggregator)
        {
            case IFixedAggregator rule:
                return new(rule.Create(statistics), [], []);
            case ITrainableAggregator trainable:
                return await TrainAsync(trainable, proxies, random, ledger, checkpoints, progress, logger, cancellationToken);
            default:
                throw new ArgumentException(
                    $"{aggregator.Name} is neither a fixed nor a trainable aggregator: implement {nameof(IFixedAggregator)} or {nameof(ITrainableAggregator)}."
                );
        }
    }

    /// <summary>The sums that fixed rules need.</summary>
    /// <param name="proxies">Each client's proxy.</param>
    /// <param name="labelCounts">The rows of each class in each client's training part; null: those of the proxies.</param>
    public static EnsembleStatistics Statistics(IReadOnlyList<ProxySet> proxies, IReadOnlyList<IReadOnlyList<int>>? labelCounts = null)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        var first = proxies[0].Logits;
        int[][,] votes = [.. Enumerable.Range(0, first.Clients).Select(_ => new int[first.Classes, first.Classes])];
        foreach (var proxy in proxies)
        {
            EnsembleStatistics.Add(votes, EnsembleStatistics.CountVotes(proxy.Logits, proxy.Labels));
        }
        return new(first.Clients, first.Outputs, labelCounts ?? [.. proxies.Select(proxy => Counts(proxy.Labels, first.Classes))], votes);
    }

    private async Task<AggregatorFit> TrainAsync(
        ITrainableAggregator trainable,
        IReadOnlyList<ProxySet> proxies,
        RandomStream random,
        TrafficLedger? ledger,
        CheckpointFolder? checkpoints,
        IProgress<FensProgress>? progress,
        ILogger? logger,
        CancellationToken cancellationToken
    )
    {
        var first = proxies[0];
        var shape = first.Inputs?.Schema.FeatureShape ?? [];
        if (trainable.NeedsInputs && proxies.Any(proxy => proxy.Inputs is null))
        {
            throw new ArgumentException(
                $"The aggregator {trainable.Name} looks at the inputs; give them beside the logits.",
                nameof(proxies)
            );
        }
        var model = trainable.CreateModel(first.Logits.Clients, first.Logits.Outputs, shape);
        IReadOnlyList<LabeledData> rows =
        [
            .. proxies.Select(proxy => proxy.Logits.WithLabels(proxy.Labels, trainable.NeedsInputs ? proxy.Inputs : null)),
        ];
        var federation = new FederatedTraining(
            model,
            rows,
            _training.ToOptions(threads),
            random,
            ledger: ledger,
            phase: FensPhases.Aggregation,
            logger: logger
        );
        List<double> history = [];
        List<int> failures = [];
        await foreach (var round in federation.RunAsync(checkpoints, cancellationToken))
        {
            history.Add(round.Loss);
            failures.Add(round.Failed.Count);
            OnRound?.Invoke(model, round);
            progress?.Report(new("aggregation", round.Round, _training.Rounds));
        }
        return new(new LearnedRule(model, federation.Parameters.Clone(), trainable.NeedsInputs), history, failures);
    }

    private static void Check(IReadOnlyList<ProxySet> proxies)
    {
        if (!proxies.Any(proxy => proxy.Labels.Length > 0))
        {
            throw NoProxy();
        }
        var first = proxies[0].Logits;
        for (var i = 0; i < proxies.Count; i++)
        {
            var z = proxies[i].Logits;
            if (z.Clients != first.Clients || z.Outputs != first.Outputs)
            {
                throw new ArgumentException(
                    $"Client 0 has the logits of {first.Clients} models and {first.Outputs} outputs, client {i} of {z.Clients} and {z.Outputs}; all need the same.",
                    nameof(proxies)
                );
            }
            if (z.FirstNotFinite() is { } place)
            {
                throw new ResearchKitException(
                    FederatedErrors.LogitsNotFinite,
                    $"On the proxy of client {i} the logits of model {place.Client} are not finite (row {place.Row}).",
                    "Train that model again with a smaller learning rate, or leave it out."
                );
            }
        }
    }

    internal static ResearchKitException NoProxy() =>
        new(
            FederatedErrors.NoProxyRows,
            "No client has a proxy row, so there is nothing to train the aggregator on.",
            "Take a larger proxy fraction, or clients with more rows: a client gives floor(fraction x its rows)."
        );

    private static int[] Counts(int[] labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels)
        {
            counts[label]++;
        }
        return counts;
    }
}
