namespace ResearchKit.Papers.FlexMerge;

/// <summary>How much base and tasks learn.</summary>
/// <param name="PretrainingSteps">Steps of 192 images.</param>
/// <param name="Images">Training images of a task, at most.</param>
/// <param name="Steps">Steps of 64 images, at least as many as six epochs have where that is more.</param>
internal sealed record TrainingBudget(int PretrainingSteps, int Images, int Steps)
{
    /// <summary>Seconds.</summary>
    public static TrainingBudget Quick { get; } = new(200, 1000, 100);

    /// <summary>As the bands were set for.</summary>
    public static TrainingBudget Full { get; } = new(500, 4000, 300);
}
