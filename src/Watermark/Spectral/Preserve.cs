namespace ResearchKit.Watermark;

/// <summary>What the flips of a budget leave as it is.</summary>
public enum Preserve
{
    /// <summary>Nothing: the best flips are taken.</summary>
    Nothing,

    /// <summary>Nodes that are connected stay connected: a removal that would part them is passed over for the next best flip.</summary>
    Connectivity,

    /// <summary>Every node keeps its degree: pairs are flipped four at a time, two edges ab and cd becoming ac and bd. Costs similarity.</summary>
    Degrees,
}
