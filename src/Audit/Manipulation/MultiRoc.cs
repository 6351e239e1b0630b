namespace ResearchKit.Audit;

/// <summary>
/// Reject option by entropy: where the binary entropy of the score, in bits, is at least theta, group 1 gets 1 and group 0 gets 0. In the paper's code, but in none of its experiments.
/// </summary>
/// <param name="theta">The entropy from which answers are changed, in [0, 1].</param>
public sealed class MultiRoc(double theta) : IAuditManipulation
{
    private readonly double _theta = Rows.RequireIn(theta, 0, 1, nameof(theta));

    /// <inheritdoc/>
    public string Name => "ROC by entropy";

    /// <inheritdoc/>
    public double? Parameter => _theta;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        ReadOnlySpan<double> scores = context.Scores.Span;
        ReadOnlySpan<byte> group = context.Group.Span;
        ReadOnlySpan<byte> honest = context.Honest;
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = Entropy(scores[i]) >= _theta ? group[i] : honest[i];
        }
        return ManipulationOutcome.Answered;
    }

    private static double Entropy(double p) => p is 0 or 1 ? 0 : -(p * Math.Log2(p)) - ((1 - p) * Math.Log2(1 - p));
}
