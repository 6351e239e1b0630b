namespace ResearchKit.Audit;

/// <summary>
/// Randomised response: an answer is kept with probability e^eps / (1 + e^eps), else drawn anew from {0, 1}; so it flips with probability 0.5 / (1 + e^eps).
/// </summary>
/// <param name="epsilon">eps, finite and not negative.</param>
public sealed class RandomizedResponse(double epsilon) : IAuditManipulation
{
    private readonly double _flip = 0.5 / (1 + Math.Exp(Rows.RequireNotNegative(epsilon, nameof(epsilon))));

    /// <inheritdoc/>
    public string Name => "randomized response";

    /// <inheritdoc/>
    public double? Parameter => epsilon;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        ReadOnlySpan<byte> honest = context.Honest;
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = (byte)(honest[i] ^ (context.Random.NextBool(_flip) ? 1 : 0));
        }
        return ManipulationOutcome.Answered;
    }
}
