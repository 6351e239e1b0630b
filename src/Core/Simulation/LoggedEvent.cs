namespace ResearchKit.Simulation;

/// <summary>An entry of an <see cref="EventLog"/>.</summary>
/// <param name="Index">Its place in the log, from 0.</param>
/// <param name="Event">The event.</param>
/// <param name="Detail">What the simulation added: results, as bytes of its own format.</param>
public sealed record LoggedEvent(long Index, SimulationEvent Event, ReadOnlyMemory<byte> Detail)
{
    /// <summary>Whether event and detail are equal, whatever the index.</summary>
    public bool Matches(in SimulationEvent other, ReadOnlySpan<byte> detail) => Event == other && Detail.Span.SequenceEqual(detail);
}
