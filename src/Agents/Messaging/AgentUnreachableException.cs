using System.Globalization;

namespace ResearchKit.Agents;

/// <summary>An agent did not answer, or not as HTTP demands.</summary>
/// <param name="url">The agent.</param>
/// <param name="phase">What failed: name, connection, TLS, time-out, answer.</param>
/// <param name="attempts">How often it was tried.</param>
/// <param name="elapsed">How long it took.</param>
/// <param name="innerException">The cause.</param>
public sealed class AgentUnreachableException(Uri url, string phase, int attempts, TimeSpan elapsed, Exception? innerException = null)
    : ResearchKitException(
        AgentErrors.Unreachable,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{url} cannot be reached ({phase}) after {attempts} attempts in {elapsed.TotalSeconds:0.0} s{(innerException is null ? "" : $": {innerException.Message}")}"
        ),
        "See whether the address is right and the agent is up.",
        innerException
    )
{
    /// <summary>The agent.</summary>
    public Uri Url { get; } = url;

    /// <summary>What failed.</summary>
    public string Phase { get; } = phase;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; } = attempts;

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; } = elapsed;
}
