using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>FENS and FedAvg as clients have more rows, at strong label skew and at little: each client keeps a share of its rows.</summary>
[Experiment("fens/data-volume", Paper = "arXiv:2411.07182", Shows = "Accuracy over clients' data volume, FENS beside FedAvg (Figure 5)")]
public sealed class DataVolume : SkewExperiment
{
    private static readonly int[] Percents = [25, 50, 100];

    /// <inheritdoc/>
    public override SkewOptions For(Scale scale) => base.For(scale) with { Alphas = scale == Scale.Quick ? [0.1] : [0.05, 0.1, 1] };

    private protected override IEnumerable<MethodRow> Rows(
        SkewedClients data,
        LabeledData publicRows,
        SkewCell cell,
        CellContext<SkewOptions> context,
        CancellationToken cancellationToken
    )
    {
        foreach (int percent in Percents)
        {
            LabeledData[] fewer =
            [
                .. data.Clients.Select(client => client.Subset([.. Enumerable.Range(0, Math.Max(1, client.Count * percent / 100))])),
            ];
            SkewedClients part = data with { Clients = fewer };
            FederatedStudy study = Study(part, cell, context);
            FensOptions fens = Options(cell, context);
            (IReadOnlyList<ClientSplit> splits, IReadOnlyList<ParameterVector> models) = study.Locals(fens, cancellationToken);
            yield return study
                .Stack(fens, splits, models, cancellationToken)
                .Learned(
                    $"fens-mlp-{percent}",
                    new MlpAggregator(),
                    new() { Rounds = context.Options.AggregatorRounds },
                    cancellationToken
                );
            MethodRow fedavg = study
                .Federated(
                    "fedavg",
                    LabelSkew.Rounds(new FedAvg(), SkewRates.Of(cell.Data).FedAvg, 2),
                    [30],
                    SkewRates.Grid.Count,
                    cancellationToken
                )
                .Single();
            yield return fedavg with
            {
                Method = $"fedavg-{percent}",
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<SkewCell, MethodRow>> rows)
    {
        foreach ((string data, double alpha) in new[] { (SkewedClients.Generated, 0.1), (SkewedClients.Digits, 0.1) })
        {
            yield return On(
                    Claim.Difference($"more-rows-help-{data}", $"{data}, alpha 0.1: FENS with all rows minus FENS with a quarter of them"),
                    data
                )
                .StatedWithoutNumber("Figure 5")
                .Accept(atLeast: 0.01)
                .Because("other data and models")
                .Measured(OverBest(rows, data, alpha, "fens-mlp-100", "fens-mlp-25"));
        }
        yield return On(
                Claim.Difference(
                    "below-fedavg-at-little-skew",
                    $"{SkewedClients.Digits}, alpha 1: FENS minus FedAvg after 30 rounds, all rows: no gain over it is claimed"
                ),
                SkewedClients.Digits
            )
            .StatedWithoutNumber("Figure 5: at alpha 1 FENS stays below")
            .Accept(atMost: 0)
            .Because("other data and models")
            .Measured(OverBest(rows, SkewedClients.Digits, 1, "fens-mlp-100", "fedavg-100"));
    }
}
