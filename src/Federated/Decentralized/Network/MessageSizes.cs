namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// The bytes of messages. The defaults are those of the published code on its wire: control packets with header, key of 74 bytes and signature of 64, and about 89 bytes a known node in a view.
/// </summary>
public sealed record MessageSizes
{
    /// <summary>An announcement.</summary>
    public int Advertisement { get; init; } = 195;

    /// <summary>A ping, or a pong.</summary>
    public int Ping { get; init; } = 187;

    /// <summary>An acknowledgement.</summary>
    public int Acknowledgement { get; init; } = 172;

    /// <summary>A model.</summary>
    public long Model { get; init; } = 346_083;

    /// <summary>A view, for each node it knows.</summary>
    public double ViewPerNode { get; init; } = 89.158;

    /// <summary>What stands around model and view.</summary>
    public int Header { get; init; } = 70;

    /// <summary>The bytes of a message without a model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has one.</exception>
    public int Of(PlexusMessageKind kind) =>
        kind switch
        {
            PlexusMessageKind.Advertisement => Advertisement,
            PlexusMessageKind.Ping or PlexusMessageKind.Pong => Ping,
            PlexusMessageKind.Acknowledgement => Acknowledgement,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The size of a message with a model depends on the model."),
        };

    /// <summary>The bytes of a model with a view of so many nodes.</summary>
    public long WithView(int known) => Model + (long)Math.Round(ViewPerNode * known) + Header;
}
