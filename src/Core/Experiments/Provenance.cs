namespace ResearchKit.Experiments;

/// <summary>What a value stands on: shown as a badge beside every claim and figure.</summary>
/// <param name="Data">Real or generated data. Default generated.</param>
/// <param name="Hardware">Real or simulated hardware. Default real.</param>
public sealed record Provenance(DataOrigin Data = DataOrigin.Generated, HardwareOrigin Hardware = HardwareOrigin.Real);

/// <summary>Where the data of a claim come from.</summary>
public enum DataOrigin
{
    /// <summary>A generator with the structure the paper relies on.</summary>
    Generated,

    /// <summary>Published data.</summary>
    Real,

    /// <summary>Some of both.</summary>
    Mixed,
}

/// <summary>What the times and transfers of a claim come from.</summary>
public enum HardwareOrigin
{
    /// <summary>This machine.</summary>
    Real,

    /// <summary>A calibrated model; the claim names its constants.</summary>
    Simulated,
}
