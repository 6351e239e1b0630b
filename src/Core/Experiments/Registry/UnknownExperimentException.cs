namespace ResearchKit.Experiments;

/// <summary>No experiment has the id, or fits the pattern.</summary>
/// <param name="pattern">What was asked for.</param>
/// <param name="nearest">The nearest ids, best first.</param>
public sealed class UnknownExperimentException(string pattern, IReadOnlyList<string> nearest)
    : ArgumentException(
        nearest.Count == 0
            ? $"There is no experiment '{pattern}': none is registered."
            : $"There is no experiment '{pattern}'. Nearest: {string.Join(", ", nearest)}."
    )
{
    /// <summary>What was asked for.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>The nearest ids, best first.</summary>
    public IReadOnlyList<string> Nearest { get; } = nearest;
}
