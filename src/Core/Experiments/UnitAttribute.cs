namespace ResearchKit.Experiments;

/// <summary>The unit of a row's property, where its name does not carry it (<c>LatencyMs</c> does).</summary>
/// <param name="unit">The unit as printed, for example <c>tokens/s</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnitAttribute(string unit) : Attribute
{
    /// <summary>The unit as printed.</summary>
    public string Unit { get; } = unit;
}
