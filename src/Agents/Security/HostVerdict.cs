namespace ResearchKit.Agents.Security;

/// <summary>What the host filter says.</summary>
public enum HostVerdict
{
    /// <summary>Go on.</summary>
    Allowed,

    /// <summary>The Host is not ours: 421.</summary>
    ForeignHost,

    /// <summary>The page that calls is not ours: 403.</summary>
    ForeignOrigin,
}
