namespace ResearchKit.Papers.Plexus;

/// <summary>One run of an algorithm.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Nodes">Nodes.</param>
/// <param name="Seed">The seed.</param>
public sealed record AccuracyCell(string Algorithm, int Nodes, int Seed);

/// <summary>A test of the model, or of the tested nodes' models in the mean, and what was spent until then.</summary>
/// <param name="TimeS">Virtual time.</param>
/// <param name="Round">Round.</param>
/// <param name="Accuracy">Accuracy.</param>
/// <param name="AccuracySd">Standard deviation over the tested nodes.</param>
/// <param name="SentMiB">Bytes sent by all nodes.</param>
/// <param name="TrainingS">Seconds trained by all nodes.</param>
/// <param name="KilledShare">Of the transfers that ended, the share that was cut off; over the whole run.</param>
public sealed record AccuracyRow(
    double TimeS,
    int Round,
    double Accuracy,
    double AccuracySd,
    double SentMiB,
    double TrainingS,
    double KilledShare
);
