namespace ResearchKit.Experiments;

/// <summary>What is known of one option, for example to describe it.</summary>
/// <param name="Name">The name as <c>--set</c> takes it, nested names with dots.</param>
/// <param name="Type">The type in plain words, for example <c>list of int</c>.</param>
/// <param name="Defaults">The value at each scale, written as <c>--set</c> takes it.</param>
/// <param name="Range">What is allowed, or null if everything of the type is.</param>
/// <param name="Meaning">What it means, by a <c>[Description]</c> or <c>[Display(Description = ...)]</c>; null if it has none.</param>
/// <param name="PlanOnly">True if it only shapes the grid.</param>
public sealed record OptionInfo(
    string Name,
    string Type,
    IReadOnlyDictionary<Scale, string> Defaults,
    string? Range,
    string? Meaning,
    bool PlanOnly
);
