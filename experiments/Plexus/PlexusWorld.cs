using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Learning;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Papers.Plexus;

/// <summary>The made-up world of the experiments: devices, delays, and rows to learn from. The same for all algorithms of a seed.</summary>
internal static class PlexusWorld
{
    /// <summary>Rows of each node.</summary>
    internal const int RowsPerNode = 50;

    /// <summary>What a transfer of a model of CIFAR-10's size takes with its view, among 100 nodes.</summary>
    internal static readonly MessageSizes CifarSizes = new()
    {
        Model = 346_083,
        ViewPerNode = 100,
        Header = 0,
    };

    /// <summary>Devices in FedScale's shape and delays between cities.</summary>
    internal static SimulationOptions Options<T>(CellContext<T> context, int nodes, double durationS, ILearningTask? task = null)
        where T : ExperimentOptions =>
        new()
        {
            Devices = FedScaleLikeDevices.Draw(nodes, context.Random("devices")),
            Latency = CityLatencies.Draw(227, context.Fixed("cities")),
            Duration = VirtualTime.FromSeconds(durationS),
            Seed = context.Random("simulation").NextUInt64(),
            Sizes = CifarSizes,
            Task = task,
        };

    /// <summary>The mixture of curved modes on which the bands were measured: ten classes, 50 rows a node, a perceptron with 48 hidden units.</summary>
    /// <param name="context">Gives the randomness.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="alpha">The Dirichlet parameter of each node's labels; null: uniform.</param>
    /// <param name="testRows">How many rows models are tested on.</param>
    internal static DenseTask Mixture<T>(CellContext<T> context, int nodes, double? alpha, int testRows)
        where T : ExperimentOptions
    {
        TanhMixture world = new(context.Random("world"), new TanhMixtureOptions { CentreScale = 1.6, LatentNoise = 1 });
        LabeledData[] clients = new LabeledData[nodes];
        for (int node = 0; node < nodes; node++)
        {
            RandomStream rows = context.Random("rows").Split(node.ToString(CultureInfo.InvariantCulture));
            clients[node] = world.Generate(Labels(rows, alpha), rows);
        }

        return new(
            new DenseNetwork([32, 48, 10]),
            clients,
            world.Generate(testRows, context.Random("test")),
            context.Random("model"),
            learningRate: 0.1
        );
    }

    /// <summary>What two runs per seed give as the ratio of the first to the second; null unless every seed has both.</summary>
    internal static Estimate? Ratio(IEnumerable<(int Seed, double? A, double? B)> perSeed, string purpose)
    {
        (int Seed, double? A, double? B)[] all = [.. perSeed.OrderBy(s => s.Seed)];
        return all.Length == 0 || all.Any(s => s.A is not > 0 || s.B is not > 0)
            ? null
            : Intervals.PairedRatio(
                [.. all.Select(s => s.A!.Value)],
                [.. all.Select(s => s.B!.Value)],
                RandomStream.Named("plexus", purpose, "bootstrap")
            );
    }

    /// <summary>The mean over seeds; null without any.</summary>
    internal static Estimate? Mean(IEnumerable<(int Seed, double Value)> perSeed, string purpose)
    {
        double[] values = [.. perSeed.OrderBy(s => s.Seed).Select(s => s.Value)];
        return values.Length == 0 || values.Any(double.IsNaN)
            ? null
            : Intervals.OfSeeds(values, RandomStream.Named("plexus", purpose, "bootstrap"));
    }

    private static int[] Labels(RandomStream stream, double? alpha)
    {
        double[] shares = alpha is { } a ? Distributions.Dirichlet(stream, a, 10) : [.. Enumerable.Repeat(0.1, 10)];
        return [.. Enumerable.Range(0, RowsPerNode).Select(_ => stream.Choice(shares))];
    }
}
