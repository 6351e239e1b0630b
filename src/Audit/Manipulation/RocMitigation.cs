namespace ResearchKit.Audit;

/// <summary>
/// Reject-option classification (Kamiran, Karim, Zhang 2012) as a manipulation (arXiv:2505.04796, section 5): where the platform is unsure, max(p, 1 - p) &lt;= theta,
/// the favoured group gets 1 and the other 0. A large theta overshoots: demographic parity changes its sign.
/// </summary>
public sealed class RocMitigation : IAuditManipulation
{
    private readonly FavouredGroup _favoured;

    /// <summary>Reject-option manipulation.</summary>
    /// <param name="theta">The confidence up to which answers are changed, in [0.5, 1]; 0.5 changes nothing unless a score is exactly 0.5.</param>
    /// <param name="favoured">Which group gets 1. Default <see cref="FavouredGroup.One"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">theta is outside [0.5, 1].</exception>
    public RocMitigation(double theta, FavouredGroup favoured = FavouredGroup.One) =>
        (Theta, _favoured) = (Rows.RequireIn(theta, 0.5, 1, nameof(theta)), favoured);

    /// <summary>The confidence up to which answers are changed.</summary>
    public double Theta { get; }

    /// <inheritdoc/>
    public string Name => "ROC mitigation";

    /// <inheritdoc/>
    public double? Parameter => Theta;

    /// <summary>The grid of the paper's experiments: 10 values from 0.5 to 0.6.</summary>
    public static IReadOnlyList<IAuditManipulation> Grid { get; } =
    [.. Enumerable.Range(0, 10).Select(k => new RocMitigation(Grids.Linear(0.5, 0.6, k, 10)))];

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        GroupMargins m = context.Margins;
        int favoured = _favoured switch
        {
            FavouredGroup.Zero => 0,
            FavouredGroup.Disadvantaged when m.SignedDemographicParity < 0 => 0,
            _ => 1,
        };
        ReadOnlySpan<double> scores = context.Scores.Span;
        ReadOnlySpan<byte> group = context.Group.Span;
        ReadOnlySpan<byte> honest = context.Honest;
        for (int i = 0; i < answers.Length; i++)
        {
            bool critical = Math.Max(scores[i], 1 - scores[i]) <= Theta;
            answers[i] = critical ? (byte)(group[i] == favoured ? 1 : 0) : honest[i];
        }
        return ManipulationOutcome.Answered;
    }
}
