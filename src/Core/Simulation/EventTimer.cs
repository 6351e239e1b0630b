namespace ResearchKit.Simulation;

/// <summary>
/// The handle of a cancellable event of one <see cref="EventQueue"/>. It stays valid for ever: once the event has happened or was cancelled, the handle means
/// nothing any more, also when its place is used again. The default value means no event.
/// </summary>
/// <param name="Slot">The place in the queue's table.</param>
/// <param name="Generation">How often the place had been given away, from 1.</param>
public readonly record struct EventTimer(int Slot, uint Generation);
