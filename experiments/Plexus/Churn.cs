using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>Nodes come and go, like a day or without memory: rounds go on, and live nodes are found soon.</summary>
[Experiment("plexus/churn", Paper = "arXiv:2302.13837", Shows = "Rounds while nodes come and go")]
public sealed class Churn : Experiment<ChurnOptions, SettingCell, RoundRow>
{
    private const string None = "always on";
    private const string Day = "diurnal, 10-80 %";
    private const string OnOff = "exponential, 2/3 on";

    /// <inheritdoc/>
    public override ChurnOptions For(Scale scale) =>
        scale switch
        {
            Scale.Quick => new()
            {
                Nodes = 200,
                DurationS = 1200,
                Seeds = [42, 90, 4],
            },
            Scale.Full => new() { Seeds = [42, 90, 4, 5, 6] },
            _ => new() { DurationS = 720_000, Seeds = [42, 90, 4, 5, 6] },
        };

    /// <inheritdoc/>
    public override IEnumerable<SettingCell> Plan(ChurnOptions options) =>
        from setting in new[] { None, Day, OnOff }
        from seed in options.Seeds
        select new SettingCell(setting, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RoundRow> MeasureAsync(
        SettingCell cell,
        CellContext<ChurnOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ChurnOptions options = context.Options;
        SimulationOptions world = PlexusWorld.Options(context, options.Nodes, options.DurationS) with
        {
            Availability = cell.Setting switch
            {
                Day => new DiurnalChurn().Draw(options.Nodes, options.DurationS, context.Random("presence")),
                OnOff => new OnOffChurn().Draw(options.Nodes, options.DurationS, context.Random("presence")),
                _ => AlwaysOn.Instance,
            },
        };
        SimulationResult run = await DecentralizedSimulation.RunAsync(
            new Federated.Decentralized.Plexus(),
            world,
            cancellationToken: cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();
        yield return RoundRow.Of(run);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<SettingCell, RoundRow>> rows)
    {
        if (rows.Count > 0)
        {
            string[] settings = [.. rows.Select(r => r.Cell.Setting).Distinct()];
            yield return new Figure
            {
                Id = "rounds",
                Title = "Rounds closed",
                Caption = "In the same virtual time, each seed a mark.",
                X = new Axis("Presence") { Categories = settings },
                Y = new Axis("Rounds") { Minimum = 0 },
                Series =
                [
                    new Series(
                        "plexus",
                        SeriesKind.Scatter,
                        [.. rows.Select(r => new SeriesPoint(Array.IndexOf(settings, r.Cell.Setting), r.Row.Rounds))]
                    ),
                ],
                Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<SettingCell, RoundRow>> rows)
    {
        foreach ((string id, string setting) in new[] { ("diurnal", Day), ("exponential", OnOff) })
        {
            yield return Claim
                .Ratio($"progress-{id}", $"Presence {setting}: rounds closed over those with all nodes always on")
                .StatedWithoutNumber("arXiv:2302.13837, abstract: handles the availability of real devices")
                .Accept(atLeast: 0.5)
                .Because("presence is made up in the shape of a day, or without memory; the papers' traces cannot be had")
                .On(DataOrigin.Generated, HardwareOrigin.Simulated)
                .Measured(
                    PlexusWorld.Ratio(
                        rows.GroupBy(r => r.Cell.Seed)
                            .Select(g =>
                                (
                                    g.Key,
                                    (double?)g.FirstOrDefault(r => r.Cell.Setting == setting)?.Row.Rounds,
                                    (double?)g.FirstOrDefault(r => r.Cell.Setting == None)?.Row.Rounds
                                )
                            ),
                        $"churn-{id}"
                    )
                );
            yield return Claim
                .Value($"search-{id}", $"Presence {setting}: mean time to find live nodes")
                .StatedWithoutNumber("arXiv:2302.13837, section 3.4: a dead node costs one timeout, Dt = 5 s")
                .In("virtual s")
                .Accept(atMost: 15)
                .Because("three timeouts at most")
                .On(DataOrigin.Generated, HardwareOrigin.Simulated)
                .Measured(
                    PlexusWorld.Mean(
                        rows.Where(r => r.Cell.Setting == setting).Select(r => (r.Cell.Seed, r.Row.MeanSearchS)),
                        $"search-{id}"
                    )
                );
        }
    }
}
