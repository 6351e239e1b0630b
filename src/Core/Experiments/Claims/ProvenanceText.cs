namespace ResearchKit.Experiments;

/// <summary>The badge of a claim or figure in words.</summary>
internal static class ProvenanceText
{
    internal static string Of(Provenance provenance) => $"{Data(provenance)} \u00B7 {Hardware(provenance)}";

    internal static string Data(Provenance provenance) =>
        provenance.Data switch
        {
            DataOrigin.Real => "real data",
            DataOrigin.Mixed => "real and generated data",
            _ => "generated data",
        };

    internal static string Hardware(Provenance provenance) =>
        provenance.Hardware == HardwareOrigin.Simulated ? "simulated hardware" : "real hardware";
}
