using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// FedKD several times over: the student of a round is where every client begins the next. With its bytes beside FENS and FedAdam, as far as both go.
/// </summary>
[Experiment("fens/multi-round-fedkd", Paper = "arXiv:2411.07182", Shows = "FedKD in several rounds beside FENS (Table 7)")]
public sealed class MultiRoundFedKd : SkewExperiment
{
    private const int Rounds = 3;

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
        FensOptions fens = Options(cell, context);
        (IReadOnlyList<ClientSplit> splits, IReadOnlyList<ParameterVector> own) = study.Locals(fens, cancellationToken);
        yield return study
            .Stack(fens, splits, own, cancellationToken)
            .Learned("fens-mlp", new MlpAggregator(), new() { Rounds = context.Options.AggregatorRounds }, cancellationToken);
        long size = sizeof(float) * (long)model.Layout.Length;
        DistillationOptions distillation = FedKd.Defaults with
        {
            Steps = Math.Max(1, FedKd.Defaults.Steps * context.Options.ServerPercent / 100),
        };
        IReadOnlyList<int>[] counts = [.. data.Clients.Select(client => client.ClassCounts())];
        ParameterVector student = model.Initialize(context.Random("student"));
        LocalTraining local = LabelSkew.Local(SkewRates.Of(cell.Data).Local, context.Options.LocalEpochs);
        for (int round = 1; round <= Rounds; round++)
        {
            string name = round.ToString(CultureInfo.InvariantCulture);
            IEnsembleMember[] members =
            [
                .. data.Clients.Select(
                    (client, i) =>
                    {
                        ParameterVector parameters = student.Clone();
                        RandomStream random = context.Random("fedkd", name, i.ToString(CultureInfo.InvariantCulture));
                        model.Train(new LocalTask(parameters, client, random), local, cancellationToken);
                        return new TrainedMember($"client {i}", model, parameters);
                    }
                ),
            ];
            LogitTable z = new Ensemble(members).Logits(publicRows, cancellationToken: cancellationToken);
            student = new FedKd(distillation).Train(
                model,
                student.Clone(),
                z,
                counts,
                publicRows,
                context.Random("distillation", name),
                cancellationToken
            );
            double accuracy = study.Test(student);
            yield return new($"fedkd-{round}", accuracy, accuracy, round, round * size, round * size, SkewRates.Grid.Count);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<SkewCell, MethodRow>> rows)
    {
        foreach (string data in new[] { SkewedClients.Generated, SkewedClients.Digits })
        {
            yield return On(Claim.Difference($"fens-over-fedkd-{data}", $"{data}, alpha 0.1: FENS minus FedKD after {Rounds} rounds"), data)
                .StatedWithoutNumber("Table 7")
                .Accept(atLeast: 0)
                .Because("other data, models and public rows")
                .Measured(OverBest(rows, data, 0.1, "fens-mlp", $"fedkd-{Rounds}"));
        }
    }
}
