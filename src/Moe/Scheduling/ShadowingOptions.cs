namespace ResearchKit.Moe;

/// <summary>What FasterMoE's policy knows of the machine and the model.</summary>
public sealed record ShadowingOptions
{
    /// <summary>Bytes per second between ranks. Default 7.19e9, the slowest link of the authors' machine.</summary>
    public double NetBytesPerSecond { get; init; } = 7.19e9;

    /// <summary>FLOP per second of a rank's matrix products. Default 10.13e12.</summary>
    public double GemmFlops { get; init; } = 10.13e12;

    /// <summary>alpha: the hidden width over the model width. Default 4 (Switch).</summary>
    public double Alpha { get; init; } = 4;

    /// <summary>d, the model width. Default 768.</summary>
    public int ModelWidth { get; init; } = 768;

    /// <summary>Whether a step trains (the published policy: three times the work, four exchanges), or only infers (once the work, two exchanges). Default inference.</summary>
    public bool Training { get; init; }

    /// <summary>
    /// Whether counts are summed over experts instead of ranks, as FastMoE at commit ee3c561 does: with equal batches all sums are equal and nothing is ever shadowed. Default false.
    /// </summary>
    public bool AsShipped { get; init; }
}
