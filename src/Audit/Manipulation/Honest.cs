namespace ResearchKit.Audit;

/// <summary>No manipulation: m = h.</summary>
public sealed class Honest : IAuditManipulation
{
    /// <inheritdoc/>
    public string Name => "honest";

    /// <inheritdoc/>
    public double? Parameter => null;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Honest.CopyTo(answers);
        return ManipulationOutcome.Answered;
    }
}
