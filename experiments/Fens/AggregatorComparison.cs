using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>Every aggregator that looks at logits alone, on the same ensembles, with its bytes; and the network at several widths.</summary>
[Experiment("fens/aggregators", Paper = "arXiv:2411.07182", Shows = "Aggregators from averaging to a network (Figure 8, Table 9)")]
public sealed class AggregatorComparison : SkewExperiment
{
    private protected override IEnumerable<MethodRow> Rows(
        SkewedClients data,
        LabeledData publicRows,
        SkewCell cell,
        CellContext<SkewOptions> context,
        CancellationToken cancellationToken
    )
    {
        FederatedStudy study = Study(data, cell, context);
        FensOptions fens = Options(cell, context);
        (IReadOnlyList<ClientSplit> splits, IReadOnlyList<ParameterVector> models) = study.Locals(fens, cancellationToken);
        StackedLogits stack = study.Stack(fens, splits, models, cancellationToken);
        foreach (IFixedAggregator rule in Aggregators.All.OfType<IFixedAggregator>())
        {
            yield return stack.Fixed(rule);
        }
        // As in the paper's code: raw counts in columns of classes without proxy rows, plain products.
        yield return stack.Fixed(new VotingAggregator { NormaliseUnseenColumns = false, Exact = true }) with
        {
            Method = "voting-as-published",
        };
        AggregatorTraining training = new() { Rounds = context.Options.AggregatorRounds };
        yield return stack.Learned("linear", new LinearAggregator(), training, cancellationToken);
        yield return stack.Learned("per-class-weights", new PerClassWeightsAggregator(), training, cancellationToken);
        foreach (int d in (int[])[1, 2, 4])
        {
            yield return stack.Learned($"mlp-d{d}", new MlpAggregator(d), training, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<SkewCell, MethodRow>> rows)
    {
        foreach (
            (string data, double alpha) in new[]
            {
                (SkewedClients.Generated, 0.1),
                (SkewedClients.Digits, 0.05),
                (SkewedClients.Digits, 0.1),
            }
        )
        {
            yield return On(
                    Claim.Difference(
                        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"network-is-best-{data}-{alpha}"),
                        string.Create(
                            System.Globalization.CultureInfo.InvariantCulture,
                            $"{data}, alpha {alpha}: the network (d = 2) minus the best other aggregator"
                        )
                    ),
                    data
                )
                .StatedWithoutNumber("Figure 8")
                .Accept(atLeast: 0)
                .Because("other data and models; the two mixtures of experts need images and are left out")
                .Measured(
                    OverBest(
                        rows,
                        data,
                        alpha,
                        "mlp-d2",
                        "average",
                        "average-probabilities",
                        "weighted-average",
                        "voting",
                        "voting-as-published",
                        "linear",
                        "per-class-weights"
                    )
                );
        }
    }
}
