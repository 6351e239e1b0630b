namespace ResearchKit.Cli;

/// <summary>Looks at one side of the machine.</summary>
internal interface IHealthCheck
{
    /// <summary>Looks; what is wrong becomes a line, never an exception.</summary>
    IAsyncEnumerable<HealthLine> LookAsync(CancellationToken cancellationToken);
}
