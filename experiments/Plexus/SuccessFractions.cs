using System.Globalization;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>Not to wait for the slowest of a sample shortens rounds much.</summary>
[Experiment("plexus/success-fraction", Paper = "arXiv:2302.13837", Shows = "Effect of the success fraction")]
public sealed class SuccessFractions : ProtocolExperiment
{
    private static readonly double[] Fractions = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

    private protected override IReadOnlyDictionary<string, PlexusOptions> Settings { get; } =
        Fractions.ToDictionary(f => f.ToString("0.0", CultureInfo.InvariantCulture), f => new PlexusOptions { SuccessFraction = f });

    private protected override string Varied => "Success fraction sf";

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<SettingCell, RoundRow>> rows)
    {
        yield return Claim
            .Ratio("all-over-published", "Median round duration with sf = 1.0 over sf = 0.8")
            .StatedWithoutNumber("published code (sacs-epfl/plexus) run on devices of the same generator: 2.7, one seed")
            .Accept(atLeast: 1.5)
            .Because("devices and delays are drawn anew here")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(Ratio(rows, "1.0", "0.8", r => r.MedianRoundS));
        yield return Claim
            .Ratio("half-over-published", "Median round duration with sf = 0.5 over sf = 0.8")
            .StatedWithoutNumber("published code (sacs-epfl/plexus) run on devices of the same generator: 0.69, one seed")
            .Accept(atMost: 0.9)
            .Because("devices and delays are drawn anew here")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(Ratio(rows, "0.5", "0.8", r => r.MedianRoundS));
    }
}
