using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>Who averages must push a model to a whole sample: with bandwidths as spread as those of phones, to take the fastest is worth much.</summary>
[Experiment("plexus/aggregator-choice", Paper = "arXiv:2503.05509", Shows = "The fastest aggregator against the first by hash")]
public sealed class AggregatorChoices : ProtocolExperiment
{
    private const string Bandwidth = "highest bandwidth";
    private const string Hash = "hash order";

    private protected override IReadOnlyDictionary<string, PlexusOptions> Settings { get; } =
        new Dictionary<string, PlexusOptions>
        {
            [Bandwidth] = new() { AggregatorChoice = AggregatorChoice.HighestBandwidth },
            [Hash] = new() { AggregatorChoice = AggregatorChoice.HashOrder },
            ["hash order, two aggregators"] = new() { AggregatorChoice = AggregatorChoice.HashOrder, Aggregators = 2 },
        };

    private protected override string Varied => "Aggregator";

    /// <inheritdoc/>
    public override ProtocolOptions For(Scale scale) => scale == Scale.Quick ? base.For(scale) with { DurationS = 1200 } : base.For(scale);

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<SettingCell, RoundRow>> rows)
    {
        yield return Claim
            .Ratio("bandwidth-over-hash", "Median round duration with the fastest aggregator over the first by hash")
            .StatedWithoutNumber("published code (sacs-epfl/plexus) run on devices of the same generator: 0.14, one seed of 8 rounds")
            .Accept(atMost: 0.5)
            .Because("log-normal bandwidths; an order of magnitude is all that the few rounds allow to say")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(Ratio(rows, Bandwidth, Hash, r => r.MedianRoundS));
    }
}
