namespace ResearchKit.Agents;

/// <summary>Remembers which keyed requests were begun and what was answered, so that a handler runs at most once for a key, also across a crash.</summary>
public interface IIdempotencyStore
{
    /// <summary>Takes a key, or says what became of it.</summary>
    /// <param name="key">Agent, caller and key in one text.</param>
    /// <param name="request">The digest of the request.</param>
    /// <param name="takeOver">Whether a key whose outcome is unknown may be taken anew: the skill is marked idempotent.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<IdempotencyClaim> TakeAsync(string key, ContentDigest request, bool takeOver, CancellationToken cancellationToken = default);

    /// <summary>Keeps the answer. Called before the answer is sent.</summary>
    /// <param name="key">The key.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask CompleteAsync(string key, StoredAnswer answer, CancellationToken cancellationToken = default);

    /// <summary>Gives a key back: the handler did not begin.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask ReleaseAsync(string key, CancellationToken cancellationToken = default);
}
