namespace ResearchKit.Federated.Decentralized;

/// <summary>A model of a run: numbered, so that a resumed run finds it again. Its value is set once, or missing while a run is replayed.</summary>
internal sealed class SimulatedModel(long id, object? value)
{
    public long Id { get; } = id;

    public object? Value { get; set; } = value;
}
