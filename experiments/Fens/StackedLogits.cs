using ResearchKit.Data;
using ResearchKit.Federated;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>An ensemble's logits on proxy and test rows, computed once: every aggregator is then a matter of milliseconds.</summary>
/// <param name="TestLogits">z on the test rows.</param>
/// <param name="Test">The test rows.</param>
/// <param name="Proxies">z on each client's proxy.</param>
/// <param name="LabelCounts">The rows of each class in each client's training part.</param>
/// <param name="ModelParameters">The parameters of a client's model.</param>
/// <param name="Random">The cell's randomness by purpose.</param>
internal sealed record StackedLogits(
    LogitTable TestLogits,
    LabeledData Test,
    IReadOnlyList<ProxySet> Proxies,
    IReadOnlyList<IReadOnlyList<int>> LabelCounts,
    int ModelParameters,
    Func<string, RandomStream> Random
)
{
    /// <summary>A rule without learning.</summary>
    public MethodRow Fixed(IFixedAggregator aggregator)
    {
        var rule = aggregator.Create(AggregatorTrainer.Statistics(Proxies, LabelCounts));
        var accuracy = Accuracy(rule.Predict(TestLogits));
        var traffic = Traffic(0, 0);
        // Voting's counts cross once up, summed, and once down.
        long counts = aggregator is VotingAggregator ? sizeof(int) * (long)TestLogits.Clients * TestLogits.Classes * TestLogits.Classes : 0;
        return new(aggregator.Name, accuracy, accuracy, 1, traffic.FensUp + counts, traffic.FensDown + counts, 1);
    }

    /// <summary>An aggregator trained by the clients together.</summary>
    public MethodRow Learned(string name, IAggregator aggregator, AggregatorTraining training, CancellationToken cancellationToken)
    {
        var oracle = 0.0;
        var trainer = new AggregatorTrainer(aggregator, training)
        {
            OnRound = (model, round) => oracle = Math.Max(oracle, Accuracy(Logits(model, round.Parameters))),
        };
        var fit = trainer
            .FitAsync(Proxies, LabelCounts, Random("aggregator"), cancellationToken: cancellationToken)
            .GetAwaiter()
            .GetResult();
        using var rule = (LearnedRule)fit.Rule;
        var traffic = Traffic(rule.Parameters.Length, training.Rounds);
        return new(name, Accuracy(rule.Predict(TestLogits)), oracle, 1 + training.Rounds, traffic.FensUp, traffic.FensDown, 1);
    }

    /// <summary>Each client's own model on all test rows.</summary>
    public IReadOnlyList<double> LocalAccuracies() =>
        [.. Enumerable.Range(0, TestLogits.Clients).Select(client => Accuracy(TestLogits.OnlyClients([client]).Values))];

    private float[] Logits(IClientModel model, ParameterVector parameters) => new LearnedRule(model, parameters).Predict(TestLogits);

    private double Accuracy(float[] logits) => Predictions.Accuracy(logits, TestLogits.Outputs, Test.Labels);

    private FensTraffic Traffic(int aggregatorParameters, int rounds) =>
        new(sizeof(float) * (long)ModelParameters, ModelParameters, sizeof(float) * (long)aggregatorParameters, TestLogits.Clients, rounds);
}
