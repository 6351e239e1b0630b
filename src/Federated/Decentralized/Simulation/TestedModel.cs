namespace ResearchKit.Federated.Decentralized;

/// <summary>The test of a model, and what had been spent until then.</summary>
/// <param name="TimeS">When, in virtual seconds.</param>
/// <param name="Round">In which round.</param>
/// <param name="Accuracy">Its accuracy; of several models the mean.</param>
/// <param name="Loss">Its loss; of several models the mean.</param>
/// <param name="AccuracySd">The standard deviation over the models; 0 for one.</param>
/// <param name="BytesUp">All bytes sent until then.</param>
/// <param name="TrainingS">All training until then, in seconds.</param>
public readonly record struct TestedModel(
    double TimeS,
    int Round,
    double Accuracy,
    double Loss,
    double AccuracySd,
    double BytesUp,
    double TrainingS
);
