using System.Globalization;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>How many nodes train in a round hardly matters for its duration: a larger sample also has a faster aggregator and more slack.</summary>
[Experiment("plexus/sample-size", Paper = "arXiv:2302.13837", Shows = "Effect of the sample size")]
public sealed class SampleSizes : ProtocolExperiment
{
    private static readonly int[] Sizes = [5, 10, 13, 20, 40];

    private protected override IReadOnlyDictionary<string, PlexusOptions> Settings { get; } =
        Sizes.ToDictionary(Name, s => new PlexusOptions { SampleSize = s });

    private protected override string Varied => "Sample size s";

    private protected override bool Learns => true;

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<SettingCell, RoundRow>> rows)
    {
        yield return Claim
            .Ratio("duration-40", "Median round duration with s = 40 over s = 13")
            .StatedWithoutNumber("published code (sacs-epfl/plexus) run on devices of the same generator: 1.23, one seed")
            .Accept(1.0, 1.7)
            .Because("devices and delays are drawn anew here")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(Ratio(rows, "40", "13", r => r.MedianRoundS));
        yield return Claim
            .Ratio("rounds-to-target", "Rounds to the target accuracy with s = 40 over s = 5")
            .StatedWithoutNumber("arXiv:2302.13837, sensitivity to the sample size")
            .Accept(atMost: 1.1)
            .Because("a larger sample averages away more noise, so rounds fall or stay; tested every second round")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(Ratio(rows, "40", "5", r => r.RoundsToTarget));
        foreach (int size in Sizes)
        {
            yield return Claim
                .Ratio($"transfers-{size}", $"s = {size}: model transfers started a round over 2 s - 1 - s / n")
                .StatedWithoutNumber("arXiv:2302.13837, section 3: s models up, s down, less what a node keeps to itself")
                .Accept(0.97, 1.03)
                .Because("in the mean over rounds; the last round is cut off by the end of the run")
                .On(DataOrigin.Generated, HardwareOrigin.Simulated)
                .Measured(Mean(rows, Name(size), r => r.StartedPerRound / ((2 * size) - 1 - (size / 100.0))));
        }
    }

    private static string Name(int size) => size.ToString(CultureInfo.InvariantCulture);
}
