namespace ResearchKit.Simulation;

/// <summary>Something that happens at a moment of virtual time. Events are ordered by time, then by sequence. What kind, node and payload mean is the simulation's.</summary>
/// <param name="Time">When.</param>
/// <param name="Sequence">The place in the order of scheduling, from 0.</param>
/// <param name="Kind">What happens. <see cref="SimulationClock.TimerKind"/> is kept for <see cref="SimulationClock"/>.</param>
/// <param name="Node">To whom.</param>
/// <param name="Payload">With what: usually an index into a pool.</param>
public readonly record struct SimulationEvent(VirtualTime Time, ulong Sequence, int Kind, int Node, int Payload);
