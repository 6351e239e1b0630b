namespace ResearchKit.Cli;

/// <summary>One fact about this machine.</summary>
/// <param name="Topic">What it is about.</param>
/// <param name="Status">Whether it is as it should be.</param>
/// <param name="Fact">The fact.</param>
/// <param name="Remedy">What to do about it; null if nothing need be done.</param>
public sealed record HealthLine(string Topic, HealthStatus Status, string Fact, string? Remedy = null)
{
    /// <summary>As it should be.</summary>
    /// <param name="topic">What it is about.</param>
    /// <param name="fact">The fact.</param>
    public static HealthLine Ok(string topic, string fact) => new(topic, HealthStatus.Ok, fact);

    /// <summary>Works, but slower or less than it could.</summary>
    /// <param name="topic">What it is about.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="remedy">What to do.</param>
    public static HealthLine Warning(string topic, string fact, string remedy) => new(topic, HealthStatus.Warning, fact, remedy);

    /// <summary>Does not work.</summary>
    /// <param name="topic">What it is about.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="remedy">What to do.</param>
    public static HealthLine Error(string topic, string fact, string remedy) => new(topic, HealthStatus.Error, fact, remedy);
}

/// <summary>Whether a fact is as it should be.</summary>
public enum HealthStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but slower or less than it could.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Error,
}
