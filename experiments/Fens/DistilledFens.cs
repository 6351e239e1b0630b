using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// The learned ensemble taught to one small model: on public rows without labels, or on the proxies (which the paper's setting keeps apart: here the loss of doing so is measured, at one
/// place). Details are not published: Kullback-Leibler at T = 4, Adam 0.001, the state chosen on validation rows.
/// </summary>
[Experiment("fens/distilled", Paper = "arXiv:2411.07182", Shows = "FENS taught to a single model (Table 3)")]
public sealed class DistilledFens : SkewExperiment
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
        FlatClientModel model = LabelSkew.Model(data);
        FensOptions fens = Options(cell, context) with { Training = new() { Rounds = context.Options.AggregatorRounds } };
        (IReadOnlyList<ClientSplit> splits, IReadOnlyList<ParameterVector> models) = study.Locals(fens, cancellationToken);
        FensResult result = new FensTrainer(fens)
            .AggregateAsync(
                FederatedClient.Of(data.Clients),
                splits,
                model,
                models,
                context.Random("aggregator"),
                cancellationToken: cancellationToken
            )
            .GetAwaiter()
            .GetResult();
        double whole = Predictions.Accuracy(
            result.Rule.Predict(result.Ensemble.Logits(data.Test, cancellationToken: cancellationToken)),
            model.Outputs,
            data.Test.Labels
        );
        yield return new("fens-mlp", whole, whole, 1 + context.Options.AggregatorRounds, result.Traffic.FensUp, result.Traffic.FensDown, 1);
        long size = sizeof(float) * (long)model.Layout.Length;
        LabeledData proxies = Joined(splits);
        foreach ((string name, LabeledData rows) in ((string, LabeledData)[])[("public", publicRows), ("proxies", proxies)])
        {
            float[] teacher = result.Rule.Predict(result.Ensemble.Logits(rows, cancellationToken: cancellationToken));
            DistillationOptions options = new()
            {
                Steps = Math.Max(200, 5000 * context.Options.ServerPercent / 100),
                Validation = data.Validation,
            };
            ParameterVector student = new Distiller(options).Teach(
                model,
                model.Initialize(context.Random("student")),
                rows,
                teacher,
                context.Random("distillation", name),
                cancellationToken
            );
            double accuracy = study.Test(student);
            yield return new(
                $"distilled-{name}",
                accuracy,
                accuracy,
                1 + context.Options.AggregatorRounds,
                result.Traffic.FensUp,
                result.Traffic.FensDown + size,
                1
            );
        }
    }

    private static LabeledData Joined(IReadOnlyList<ClientSplit> splits)
    {
        int width = splits[0].Proxy.FeatureLength;
        List<float> features = [];
        float[] row = new float[width];
        foreach (LabeledData proxy in splits.Select(split => split.Proxy))
        {
            for (int i = 0; i < proxy.Count; i++)
            {
                proxy.CopyRow(i, row);
                features.AddRange(row);
            }
        }
        return LabeledData.Of(
            [.. features],
            new int[features.Count / width],
            new LabeledDataSchema { FeatureShape = [width], ClassCount = splits[0].Proxy.ClassCount }
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<SkewCell, MethodRow>> rows)
    {
        foreach ((string data, double alpha) in new[] { (SkewedClients.Generated, 0.1), (SkewedClients.Digits, 0.1) })
        {
            yield return On(
                    Claim.Difference(
                        $"distilled-close-{data}",
                        $"{data}, alpha 0.1: the student taught on public rows minus the ensemble it was taught by"
                    ),
                    data
                )
                .StatedWithoutNumber("Table 3")
                .Accept(atLeast: -0.1)
                .Because("details of the distillation are not published; other data and models")
                .Measured(OverBest(rows, data, alpha, "distilled-public", "fens-mlp"));
        }
    }
}
