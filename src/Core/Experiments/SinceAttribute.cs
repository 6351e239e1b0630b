namespace ResearchKit.Experiments;

/// <summary>
/// Marks a property of options or cell that came with a later version of the experiment:
/// it is left out of the cell key while it equals its default, so that older rows stay valid.
/// </summary>
/// <param name="version">The version of the experiment that brought it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SinceAttribute(int version) : Attribute
{
    /// <summary>The version of the experiment that brought it.</summary>
    public int Version { get; } = version;
}
