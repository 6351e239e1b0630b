namespace ResearchKit.Audit;

/// <summary>
/// Threshold manipulation (arXiv:2505.04796, section 5): <see cref="ThresholdOptimizer"/> fitted on the audit's rows with the platform's own answers as labels, then drawn. Its optimum moves the smaller group to the
/// larger group's rate, the cheapest change in expectation; what is drawn differs from parity by about 1/sqrt(n). Where a group has equal answers only there is nothing to fit: the answers stay honest.
/// </summary>
public sealed class ThresholdManipulation : IAuditManipulation
{
    private readonly ThresholdOptimizer _optimizer;

    /// <summary>Threshold manipulation.</summary>
    /// <param name="gridSize">The steps of the grid of rates. Default 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid size is below 1.</exception>
    public ThresholdManipulation(int gridSize = 1000) => _optimizer = new ThresholdOptimizer { GridSize = gridSize };

    /// <inheritdoc/>
    public string Name => "threshold manipulation";

    /// <inheritdoc/>
    public double? Parameter => null;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.OwnThresholds(_optimizer) is not { } thresholds)
        {
            context.Honest.CopyTo(answers);
            return ManipulationOutcome.Degenerate;
        }
        thresholds.Draw(context.Scores.Span, context.Group.Span, context.Random, answers);
        return ManipulationOutcome.Answered;
    }
}
