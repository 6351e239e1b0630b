namespace ResearchKit.Agents;

/// <summary>What is known of an idempotency key.</summary>
public enum IdempotencyOutcome
{
    /// <summary>Nothing: the key is now taken, and the handler may run.</summary>
    New,

    /// <summary>An answer was given: give it again.</summary>
    Answered,

    /// <summary>The key came with another request.</summary>
    OtherRequest,

    /// <summary>The handler is running.</summary>
    Running,

    /// <summary>The handler ran in a process that ended before it answered: nobody knows what it did.</summary>
    Unknown,
}

/// <summary>The result of taking a key.</summary>
/// <param name="Outcome">What is known.</param>
/// <param name="Answer">The answer, if one was given.</param>
public sealed record IdempotencyClaim(IdempotencyOutcome Outcome, StoredAnswer? Answer = null);
