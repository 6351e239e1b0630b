namespace ResearchKit.Agents;

/// <summary>Keeps sessions and records of callers. Found only by agent, caller and id together: what belongs to another is not there.</summary>
public interface IAgentStateStore
{
    /// <summary>Finds a record; null if there is none, or it belongs to another.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="principal">The caller.</param>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<SessionRecord?> FindAsync(string agent, string principal, string id, CancellationToken cancellationToken = default);

    /// <summary>Saves a record if the stored one still has the version before; version 1 creates it.</summary>
    /// <param name="record">The record, its version one more than the stored one's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when another saved in between.</returns>
    /// <exception cref="ResearchKitException">The store is full (<see cref="AgentErrors.StoreFailed"/>).</exception>
    ValueTask<bool> SaveAsync(SessionRecord record, CancellationToken cancellationToken = default);

    /// <summary>Deletes a record.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="principal">The caller.</param>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is none.</returns>
    ValueTask<bool> DeleteAsync(string agent, string principal, string id, CancellationToken cancellationToken = default);
}
