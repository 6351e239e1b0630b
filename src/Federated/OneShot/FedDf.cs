using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// FedDF in one round (Lin et al., NeurIPS 2020; code epfml/federated-learning-public-code): the student begins at the weighted average of the clients' parameters and learns the mean of their
/// logits on rows without labels; Kullback-Leibler at T = 1, Adam with a cosine, batches of 128, up to 10,000 steps, validated every 100, stopped after 2,000 without gain.
/// </summary>
/// <param name="options">How the student learns; FedDF's if null.</param>
public sealed class FedDf(DistillationOptions? options = null)
{
    /// <summary>FedDF's settings, without validation rows: give them.</summary>
    public static DistillationOptions Defaults { get; } =
        new()
        {
            Temperature = 1,
            Steps = 10_000,
            Schedule = LearningRateSchedule.Cosine(0.001, 10_000, per: SchedulePer.Batch),
            Patience = 2000,
        };

    /// <summary>The student.</summary>
    /// <param name="student">Its model, which is the clients'.</param>
    /// <param name="clients">The clients' parameters, all trained from the same first ones.</param>
    /// <param name="weights">Their weights, which sum to 1.</param>
    /// <param name="z">All clients' logits on the rows without labels.</param>
    /// <param name="rows">The rows; labels are not looked at.</param>
    /// <param name="random">Decides batches.</param>
    /// <param name="cancellationToken">Cancels before each step.</param>
    public ParameterVector Train(
        FlatClientModel student,
        IReadOnlyList<ParameterVector> clients,
        ReadOnlySpan<double> weights,
        LogitTable z,
        LabeledData rows,
        RandomStream random,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(z);
        var start = new ParameterVector(student.Layout);
        start.SetToWeightedSum(clients, weights, Accumulator.Double);
        var teacher = new AverageAggregator().Create(new EnsembleStatistics(z.Clients, z.Outputs, [], [])).Predict(z);
        return new Distiller(options ?? Defaults).Teach(student, start, rows, teacher, random, cancellationToken);
    }
}
