using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Verbs;

/// <summary>
/// A network on the loopback interface, as the processes read it from a file. Keys follow from the seed: for experiments on one machine, not for secrets.
/// </summary>
internal sealed record NetworkPlan
{
    public required ulong Seed { get; init; }
    public required IReadOnlyList<int> Ports { get; init; }
    public required int NodesPerProcess { get; init; }
    public required int SampleSize { get; init; }
    public required double SuccessFraction { get; init; }
    public required double PingTimeoutS { get; init; }
    public required double AggregationTimeoutS { get; init; }
    public required int RowsPerNode { get; init; }
    public double? Alpha { get; init; }
    public FaultPlan Faults { get; init; } = FaultPlan.None;
    public double? CapBytesPerSecond { get; init; }

    public int Nodes => Ports.Count * NodesPerProcess;

    public IReadOnlyList<int> NodesOf(int process) => [.. Enumerable.Range(process * NodesPerProcess, NodesPerProcess)];

    public static async Task<NetworkPlan> LoadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using FileStream stream = File.OpenRead(path);
            NetworkPlan? plan = await JsonSerializer.DeserializeAsync<NetworkPlan>(stream, cancellationToken: cancellationToken);
            return plan is { NodesPerProcess: >= 1, Ports.Count: >= 1, RowsPerNode: >= 1 }
                ? plan
                : throw new MalformedFileException(path, "a plan with processes, nodes and rows", "numbers out of range");
        }
        catch (JsonException problem)
        {
            throw new MalformedFileException(path, "the plan of a network", problem.Message);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Indented);

    /// <summary>What a process of the network needs.</summary>
    public DeploymentOptions For(int process, string? stateFolder, TimeProvider clock)
    {
        PlexusOptions protocol = new()
        {
            SampleSize = SampleSize,
            SuccessFraction = SuccessFraction,
            PingTimeout = TimeSpan.FromSeconds(PingTimeoutS),
            PingRetry = TimeSpan.FromSeconds(PingTimeoutS / 4),
            AggregationTimeout = TimeSpan.FromSeconds(AggregationTimeoutS),
            AckTimeout = TimeSpan.FromSeconds(Math.Max(2, AggregationTimeoutS / 2)),
            MinModelsForLiveness = Math.Min(3, SampleSize),
        };
        return new()
        {
            Peers = [.. Enumerable.Range(0, Nodes).Select(Peer)],
            Local = NodesOf(process).ToDictionary(node => node, SecretOf),
            Port = Ports[process],
            Task = Task(),
            Protocol = protocol,
            Seed = Seed,
            FirstSample = [.. RandomStream.Named("network", $"{Seed}", "first-sample").Sample(Nodes, Math.Min(SampleSize, Nodes))],
            StateFolder = stateFolder,
            Faults = Faults,
            CapBytesPerSecond = CapBytesPerSecond ?? double.PositiveInfinity,
            CallTimeout = TimeSpan.FromSeconds(2),
            Clock = clock,
        };
    }

    /// <summary>Multinomial logistic regression on a made-up mixture.</summary>
    public DenseTask Task()
    {
        RandomStream stream = RandomStream.Named("network", $"{Seed}");
        TanhMixture world = new(stream.Split("world"));
        LabeledData[] clients =
        [
            .. Enumerable
                .Range(0, Nodes)
                .Select(node =>
                {
                    RandomStream rows = stream.Split("rows", $"{node}");
                    double[] shares = Alpha is { } alpha ? Distributions.Dirichlet(rows, alpha, 10) : [.. Enumerable.Repeat(0.1, 10)];
                    return world.Generate([.. Enumerable.Range(0, RowsPerNode).Select(_ => rows.Choice(shares))], rows);
                }),
        ];
        return new(new DenseNetwork([32, 10]), clients, world.Generate(1000, stream.Split("test")), stream.Split("model"));
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private PeerInfo Peer(int node)
    {
        using PeerIdentity identity = PeerIdentity.OfSeed(SecretOf(node));
        return new(identity.Id, new Uri($"http://127.0.0.1:{Ports[node / NodesPerProcess]}"), 1e6);
    }

    private byte[] SecretOf(int node) => SHA256.HashData(Encoding.ASCII.GetBytes($"researchkit plexus {Seed} {node}"));
}
