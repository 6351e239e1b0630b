using ResearchKit.Data;
using ResearchKit.Federated;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>Many methods on the same clients: what the experiments on real and generated data share.</summary>
/// <param name="model">The clients' model.</param>
/// <param name="clients">All rows of each client.</param>
/// <param name="test">The test rows.</param>
/// <param name="random">The cell's randomness, split by purpose: methods see the same splits and first parameters.</param>
internal sealed class FederatedStudy(
    IClientModel model,
    IReadOnlyList<LabeledData> clients,
    LabeledData test,
    Func<string, RandomStream> random
)
{
    private long ModelBytes => sizeof(float) * (long)model.Layout.Length;

    /// <summary>The accuracy of parameters on the test rows.</summary>
    public double Test(ParameterVector parameters)
    {
        var logits = new float[test.Count * model.Outputs];
        model.Logits(parameters, test, logits);
        return Predictions.Accuracy(logits, model.Outputs, test.Labels);
    }

    /// <summary>Rounds of a federated optimiser, reported after some of them.</summary>
    public IEnumerable<MethodRow> Federated(
        string name,
        FederatedOptions options,
        IReadOnlyList<int> marks,
        int tried,
        CancellationToken cancellationToken
    )
    {
        var training = new FederatedTraining(
            model,
            clients,
            options with
            {
                Rounds = marks[^1],
            },
            random("federated"),
            model.Initialize(random("init"))
        );
        var best = 0.0;
        foreach (var mark in marks)
        {
            while (training.State.Round < mark)
            {
                training.Next(cancellationToken);
                best = Math.Max(best, Test(training.Parameters));
            }
            yield return new($"{name}-{mark}", Test(training.Parameters), best, mark, mark * ModelBytes, mark * ModelBytes, tried);
        }
    }

    /// <summary>One round with many local steps, or epochs: one-shot averaging.</summary>
    public MethodRow OneShot(string name, FederatedOptions options, int tried, CancellationToken cancellationToken)
    {
        var row = Federated(name, options, [1], tried, cancellationToken).Single();
        return row with { Method = name };
    }

    /// <summary>All rows at one place: what federated learning is measured against.</summary>
    public MethodRow Pooled(LabeledData rows, LocalTraining training, int tried, CancellationToken cancellationToken)
    {
        var parameters = model.Initialize(random("init"));
        model.Train(new LocalTask(parameters, rows, random("pooled")), training, cancellationToken);
        var accuracy = Test(parameters);
        return new("pooled", accuracy, accuracy, 0, 0, 0, tried);
    }

    /// <summary>The clients' models, by the first phase of FENS.</summary>
    public (IReadOnlyList<ClientSplit> Splits, IReadOnlyList<ParameterVector> Models) Locals(
        FensOptions options,
        CancellationToken cancellationToken
    )
    {
        var splits = ClientSplit.OfAll(clients, options.ProxyFraction, options.PerClassProxy, random("proxy"));
        return (splits, new FensTrainer(options).TrainLocally(splits, model, random("locals"), cancellationToken: cancellationToken));
    }

    /// <summary>The clients' models in 8 bits, their logits on the proxies and the test rows.</summary>
    public StackedLogits Stack(
        FensOptions options,
        IReadOnlyList<ClientSplit> splits,
        IReadOnlyList<ParameterVector> models,
        CancellationToken cancellationToken
    )
    {
        var fixedRule = options with { Aggregator = new AverageAggregator() };
        var result = new FensTrainer(fixedRule)
            .AggregateAsync(FederatedClient.Of(clients), splits, model, models, random("aggregator"), cancellationToken: cancellationToken)
            .GetAwaiter()
            .GetResult();
        return new(
            result.Ensemble.Logits(test, cancellationToken: cancellationToken),
            test,
            result.Proxies,
            [.. splits.Select(split => split.Training.ClassCounts())],
            model.Layout.ParameterLength,
            random
        );
    }
}
