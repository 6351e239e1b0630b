using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ResearchKit.Agents.Hosting;

/// <summary>
/// What can be observed with OpenTelemetry: add the source and the meter <see cref="Name"/>. Spans are named after what is done; they carry agent, skill and state, never bodies or credentials.
/// </summary>
public static class AgentTelemetry
{
    /// <summary>The name of source and meter.</summary>
    public const string Name = "ResearchKit.Agents";

    internal static readonly ActivitySource Source = new(Name);
    internal static readonly Meter Meter = new(Name);
    internal static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "agents.requests",
        description: "Messages handled, by agent and outcome"
    );
    internal static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "agents.events",
        description: "Events appended to tasks, by agent"
    );
    internal static readonly UpDownCounter<long> Readers = Meter.CreateUpDownCounter<long>(
        "agents.streams",
        description: "Open event streams, by agent"
    );
}
