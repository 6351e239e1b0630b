namespace ResearchKit.Audit;

/// <summary>The same answer to every audit query: perfectly fair, and easily seen.</summary>
/// <param name="positive">The answer: 1 if true.</param>
public sealed class ConstantAnswer(bool positive) : IAuditManipulation
{
    /// <inheritdoc/>
    public string Name => positive ? "always yes" : "always no";

    /// <inheritdoc/>
    public double? Parameter => null;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        answers.Fill(positive ? (byte)1 : (byte)0);
        return ManipulationOutcome.Answered;
    }
}
