namespace ResearchKit.Rag;

/// <summary>Whether a distance equal to the tolerance matches.</summary>
public enum MatchComparison
{
    /// <summary>distance &lt;= tolerance, as in the paper (Algorithm 1): tolerance 0 is a cache of exact repetitions.</summary>
    Inclusive,

    /// <summary>distance &lt; tolerance, as in the authors' code: tolerance 0 never hits.</summary>
    Strict,
}
