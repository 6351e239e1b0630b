using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.Plexus;

/// <summary>A run with one setting of the protocol.</summary>
/// <param name="Setting">The setting that is varied.</param>
/// <param name="Seed">The seed.</param>
public sealed record SettingCell(string Setting, int Seed);

/// <summary>One setting of the protocol is varied; the world is the same, seed by seed.</summary>
public abstract class ProtocolExperiment : Experiment<ProtocolOptions, SettingCell, RoundRow>
{
    /// <summary>The settings, in order, and the protocol with each.</summary>
    private protected abstract IReadOnlyDictionary<string, PlexusOptions> Settings { get; }

    /// <summary>What is varied.</summary>
    private protected abstract string Varied { get; }

    /// <summary>Whether the runs learn.</summary>
    private protected virtual bool Learns => false;

    /// <inheritdoc/>
    public override ProtocolOptions For(Scale scale) => ProtocolOptions.Of(scale);

    /// <inheritdoc/>
    public override IEnumerable<SettingCell> Plan(ProtocolOptions options) =>
        from setting in Settings.Keys
        from seed in options.Seeds
        select new SettingCell(setting, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RoundRow> MeasureAsync(
        SettingCell cell,
        CellContext<ProtocolOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ProtocolOptions options = context.Options;
        SimulationOptions world = PlexusWorld.Options(
            context,
            options.Nodes,
            options.DurationS,
            Learns ? PlexusWorld.Mixture(context, options.Nodes, null, 600) : null
        ) with
        {
            EvaluateEveryRounds = 2,
        };
        SimulationResult run = await DecentralizedSimulation.RunAsync(
            new Federated.Decentralized.Plexus(Settings[cell.Setting]),
            world,
            cancellationToken: cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();
        yield return RoundRow.Of(run, options.TargetAccuracy);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<SettingCell, RoundRow>> rows)
    {
        if (rows.Count > 0)
        {
            string[] settings = [.. rows.Select(r => r.Cell.Setting).Distinct()];
            yield return Bars(
                rows,
                settings,
                "round-duration",
                "Median round duration",
                new Axis("Round", "virtual s"),
                r => r.MedianRoundS
            );
            yield return Bars(
                rows,
                settings,
                "training",
                "Training of all nodes a round",
                new Axis("Training", "virtual s"),
                r => r.TrainingSPerRound
            );
        }
    }

    private protected Estimate? Ratio(IReadOnlyList<Measured<SettingCell, RoundRow>> rows, string a, string b, Func<RoundRow, double> of) =>
        PlexusWorld.Ratio(
            rows.GroupBy(r => r.Cell.Seed)
                .Select(g => (g.Key, Of(g, a, of), Of(g, b, of)))
                .Where(s => s.Item2 is not null || s.Item3 is not null),
            $"{Info.Id}-{a}-{b}"
        );

    private protected Estimate? Mean(IReadOnlyList<Measured<SettingCell, RoundRow>> rows, string setting, Func<RoundRow, double> of) =>
        PlexusWorld.Mean(
            rows.Where(r => r.Cell.Setting == setting).Select(r => (r.Cell.Seed, of(r.Row))),
            string.Create(CultureInfo.InvariantCulture, $"{Info.Id}-{setting}")
        );

    private static double? Of(IEnumerable<Measured<SettingCell, RoundRow>> seed, string setting, Func<RoundRow, double> of) =>
        seed.FirstOrDefault(r => r.Cell.Setting == setting) is { } row ? of(row.Row) : null;

    private Figure Bars(
        IReadOnlyList<Measured<SettingCell, RoundRow>> rows,
        string[] settings,
        string id,
        string title,
        Axis axis,
        Func<RoundRow, double> of
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Caption = "The mean over seeds, with its interval.",
            X = new Axis(Varied) { Categories = settings },
            Y = axis with { Minimum = 0 },
            Series =
            [
                new Series(
                    "plexus",
                    SeriesKind.Bar,
                    [
                        .. settings
                            .Index()
                            .Select(s =>
                                Mean(rows, s.Item, of) is { } mean
                                    ? new SeriesPoint(s.Index, mean.Value, mean.Low, mean.High)
                                    : new SeriesPoint(s.Index, double.NaN)
                            ),
                    ]
                ),
            ],
            Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
        };
}
