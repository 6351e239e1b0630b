namespace ResearchKit.Audit;

/// <summary>Model swap: the audit is answered by another, fair model, here thresholds that were fitted on the training data and labels.</summary>
/// <param name="fair">The fair post-processor.</param>
public sealed class ModelSwap(FittedThresholds fair) : IAuditManipulation
{
    /// <inheritdoc/>
    public string Name => "model swap";

    /// <inheritdoc/>
    public double? Parameter => null;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        fair.Draw(context.Scores.Span, context.Group.Span, context.Random, answers);
        return ManipulationOutcome.Answered;
    }
}
