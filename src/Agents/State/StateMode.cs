namespace ResearchKit.Agents;

/// <summary>What an agent keeps about a caller. The paper reuses what HTTP has, cookies first (arXiv:2505.21550, state management); each mode is opt-in and stands in the agent document.</summary>
public enum StateMode
{
    /// <summary>Nothing: each request stands alone.</summary>
    None,

    /// <summary>A session on the server, named by a cookie or by a header for callers without cookies.</summary>
    Session,

    /// <summary>A record of each authenticated caller, kept until it is deleted.</summary>
    Persistent,

    /// <summary>A sealed token that the caller keeps and sends back; the server keeps nothing.</summary>
    Sealed,
}
