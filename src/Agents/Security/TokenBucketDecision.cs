namespace ResearchKit.Agents.Security;

/// <summary>What a bucket says.</summary>
/// <param name="Allowed">Whether there was a token.</param>
/// <param name="Remaining">Whole tokens left.</param>
/// <param name="RetryAfterSeconds">Whole seconds until there is one again; 0 if there was one.</param>
public readonly record struct TokenBucketDecision(bool Allowed, int Remaining, int RetryAfterSeconds);
