namespace ResearchKit.Audit;

/// <summary>The strategies that are known by name. A user's own is an <see cref="IAuditManipulation"/>, and joins as a <see cref="ManipulationFamily"/> wherever these are listed.</summary>
public static class ManipulationFamilies
{
    /// <summary>ROC mitigation.</summary>
    public static ManipulationFamily Roc { get; } = new("ROC mitigation", RocMitigation.Grid) { InPaper = true };

    /// <summary>Linear relaxation.</summary>
    public static ManipulationFamily Linear { get; } = new("linear relaxation", LinearRelaxation.Grid) { InPaper = true };

    /// <summary>Label transport as published.</summary>
    public static ManipulationFamily Transport { get; } =
        new("label transport", LabelTransport.Grid(TransportWeighting.AsPublished)) { InPaper = true };

    /// <summary>Threshold manipulation.</summary>
    public static ManipulationFamily Threshold { get; } = new("threshold manipulation", [new ThresholdManipulation()]) { InPaper = true };

    /// <summary>No manipulation.</summary>
    public static ManipulationFamily Honest { get; } = new("honest", [new Honest()]) { InPaper = true };

    /// <summary>Label transport with the weights as they should be.</summary>
    public static ManipulationFamily TransportProportional { get; } =
        new("label transport, proportional", LabelTransport.Grid(TransportWeighting.Proportional));

    /// <summary>The exact projection.</summary>
    public static ManipulationFamily FewestFlips { get; } =
        new("fewest flips", [.. Enumerable.Range(1, 10).Select(k => new FewestFlips(0.01 * k))]);

    /// <summary>Those of the paper's figures.</summary>
    public static IReadOnlyList<ManipulationFamily> Paper { get; } = [Honest, Roc, Linear, Transport, Threshold];

    /// <summary>All that need no knowledge beyond the scores, and no fitted model.</summary>
    public static IReadOnlyList<ManipulationFamily> All { get; } = [.. Paper, TransportProportional, FewestFlips];
}
