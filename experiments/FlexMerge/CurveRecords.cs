using ResearchKit.Experiments;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>One suite of fine-tuned models.</summary>
/// <param name="Suite">The tasks.</param>
/// <param name="Backbone">The network.</param>
/// <param name="Seed">The seed of base and fine-tuning.</param>
public sealed record CurveCell(string Suite, string Backbone, int Seed) : ICellNeeds
{
    /// <inheritdoc/>
    public IEnumerable<string> Needs() => Suites.Needs(Suite);
}

/// <summary>One point of a curve.</summary>
/// <param name="Variant">What was varied: the algorithm, the order, the similarity, the granularity.</param>
/// <param name="RequestedSize">The size asked for, in models.</param>
/// <param name="Size">The size reached, in models.</param>
/// <param name="NormalisedPercent">The mean over tasks of the accuracy over the task's own model's, in percent.</param>
/// <param name="AccuracyPercent">The mean accuracy over tasks, in percent.</param>
/// <param name="BasePercent">The base's mean accuracy, in percent.</param>
/// <param name="FineTunedPercent">The mean accuracy of the tasks' own models, in percent.</param>
public sealed record CurveRow(
    string Variant,
    double RequestedSize,
    double Size,
    double NormalisedPercent,
    double AccuracyPercent,
    double BasePercent,
    double FineTunedPercent
);
