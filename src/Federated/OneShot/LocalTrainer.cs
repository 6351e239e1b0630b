using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>A client's training to completion, by itself.</summary>
/// <param name="training">How.</param>
/// <param name="selection">Which state is kept.</param>
/// <param name="validationShare">The share of rows kept aside where the state is chosen on them.</param>
public sealed class LocalTrainer(LocalTraining training, LocalSelection selection = LocalSelection.LastEpoch, double validationShare = 0.1)
{
    /// <summary>Trains.</summary>
    /// <param name="model">The kind of model.</param>
    /// <param name="start">The first parameters; changed.</param>
    /// <param name="rows">T; without rows the first parameters are the result.</param>
    /// <param name="random">Decides batches, and which rows are kept aside.</param>
    /// <param name="cancellationToken">Cancels before each step.</param>
    /// <returns>The parameters.</returns>
    public ParameterVector Train(
        IClientModel model,
        ParameterVector start,
        LabeledData rows,
        RandomStream random,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(random);
        if (rows.Count == 0)
        {
            return start;
        }
        if (selection == LocalSelection.LastEpoch)
        {
            model.Train(new LocalTask(start, rows, random.Split("batches")), training, cancellationToken);
            return start;
        }
        var parts = rows.Split(random.Split("validation"), validationShare);
        return parts[0].Count == 0 || parts[1].Count == 0
            ? throw new ArgumentException(
                $"{rows.Count} rows leave none for validation at a share of {validationShare}; choose the last epoch, or a larger share.",
                nameof(rows)
            )
            : TrainAndChoose(model, start, parts[1], parts[0], random.Split("batches"), cancellationToken);
    }

    // Epoch by epoch as one training would go: schedules see the step of the whole, batches go on. The optimiser's memory begins anew at each epoch,
    // so that plain SGD, which FENS uses, gives the very states of one training.
    private ParameterVector TrainAndChoose(
        IClientModel model,
        ParameterVector parameters,
        LabeledData rows,
        LabeledData validation,
        RandomStream random,
        CancellationToken cancellationToken
    )
    {
        if (training.Steps is not null)
        {
            throw new ArgumentException("A state is chosen by epoch: give epochs, not steps.");
        }
        var best = parameters.Clone();
        var bestCorrect = -1;
        var logits = new float[validation.Count * model.Outputs];
        for (var epoch = 0; epoch < training.Epochs; epoch++)
        {
            var one = training with
            {
                Epochs = 1,
                Schedule = Learning.LearningRateSchedule.Constant(
                    training.Schedule.At(new(epoch * (long)training.StepsPerEpoch(rows.Count), epoch, training.StepsPerEpoch(rows.Count)))
                ),
            };
            model.Train(
                new LocalTask(parameters, rows, model is FlatClientModel ? random : random.Split($"epoch {epoch}"))
                {
                    FirstStep = epoch * (long)training.StepsPerEpoch(rows.Count),
                },
                one,
                cancellationToken
            );
            model.Logits(parameters, validation, logits, cancellationToken);
            var correct = Predictions.Correct(logits, model.Outputs, validation.Labels);
            if (correct > bestCorrect)
            {
                (bestCorrect, best) = (correct, parameters.Clone());
            }
        }
        return best;
    }
}
