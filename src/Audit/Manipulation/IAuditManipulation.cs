namespace ResearchKit.Audit;

/// <summary>
/// How a platform answers the queries it takes for an audit (arXiv:2505.04796, section 5: every fairness mitigation becomes a manipulation when it is applied to
/// the audit's answers alone). Implementations are immutable; a user's own goes wherever the paper's go.
/// </summary>
public interface IAuditManipulation
{
    /// <summary>The name of the strategy, equal for all its parameters.</summary>
    string Name { get; }

    /// <summary>The parameter on the strategy's grid, or null if it has none.</summary>
    double? Parameter { get; }

    /// <summary>Answers the queries. All rows are taken for the audit's.</summary>
    /// <param name="context">What the platform knows. Its stream decides all chance.</param>
    /// <param name="answers">Takes an answer a row, 0 or 1.</param>
    /// <returns>Whether the strategy had an answer; if not, the answers are the honest ones.</returns>
    ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers);
}
