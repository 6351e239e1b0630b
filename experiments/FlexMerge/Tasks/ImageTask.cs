using ResearchKit.Data;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>A task: grey images of 28 x 28 and their classes, split for good.</summary>
/// <param name="Name">The name.</param>
/// <param name="Train">What is learned from.</param>
/// <param name="Test">What accuracy is measured on.</param>
internal sealed record ImageTask(string Name, LabeledData Train, LabeledData Test)
{
    /// <summary>The pixels of an image.</summary>
    public const int Pixels = 28 * 28;
}

/// <summary>A suite of tasks, and the data the common base learns from.</summary>
/// <param name="Pretraining">The data sets of the base, each with its own classes.</param>
/// <param name="Tasks">The tasks, in order.</param>
internal sealed record TaskSuite(IReadOnlyList<LabeledData> Pretraining, IReadOnlyList<ImageTask> Tasks);
