namespace ResearchKit.Audit;

/// <summary>A model that can only be asked: a remote service, a delegate, a model of any library.</summary>
public interface IBlackBox
{
    /// <summary>Asks one question.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The probability of answer 1, in [0, 1]; an answer without a probability is 0 or 1.</returns>
    /// <exception cref="AuditException">The black box does not answer as it should.</exception>
    Task<double> AskAsync(AuditQuery query, CancellationToken cancellationToken = default);
}
