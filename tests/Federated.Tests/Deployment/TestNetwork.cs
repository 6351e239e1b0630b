using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ResearchKit.Data;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.Deployment;

/// <summary>Some processes of a network, all in this one: each with its own port, keys and state folder.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly int[] _ports;
    private readonly int _nodesEach;
    private readonly PeerHost?[] _hosts;
    private readonly string _folder;

    internal TestNetwork(int processes, int nodesEach, PlexusOptions protocol)
    {
        (_nodesEach, Protocol) = (nodesEach, protocol);
        _ports = FreePorts(processes);
        _hosts = new PeerHost?[processes];
        _folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "network", TestContext.CurrentContext.Test.ID);
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        Directory.CreateDirectory(_folder);
        Task = Logistic(processes * nodesEach);
        Peers =
        [
            .. Enumerable
                .Range(0, processes * nodesEach)
                .Select(i =>
                {
                    using PeerIdentity identity = PeerIdentity.OfSeed(SeedOf(i));
                    return new PeerInfo(identity.Id, new Uri($"http://127.0.0.1:{_ports[i / nodesEach]}"), 1e6);
                }),
        ];
    }

    internal PlexusOptions Protocol { get; }

    internal DenseTask Task { get; }

    internal IReadOnlyList<PeerInfo> Peers { get; }

    internal FaultPlan Faults { get; init; } = FaultPlan.None;

    internal double Cap { get; init; } = double.PositiveInfinity;

    internal int[] FirstSample { get; init; } = [0, 1, 2, 3];

    internal ConcurrentQueue<PeerReport> Reports { get; } = new();

    internal PeerHost this[int process] => _hosts[process] ?? throw new InvalidOperationException($"Process {process} is not running.");

    internal IEnumerable<int> Rounds => Reports.Where(r => r.What == "round").Select(r => r.Round).Distinct();

    internal static byte[] SeedOf(int node) => SHA256.HashData(Encoding.ASCII.GetBytes($"secret of node {node}"));

    internal static DenseTask Logistic(int nodes)
    {
        TanhMixture world = new(RandomStream.Named("network", "world"));
        return new(
            new DenseNetwork([32, 10]),
            [.. Enumerable.Range(0, nodes).Select(i => world.Generate(50, RandomStream.Named("network", "rows", $"{i}")))],
            world.Generate(300, RandomStream.Named("network", "test")),
            RandomStream.Named("network", "model")
        );
    }

    internal async System.Threading.Tasks.Task StartAllAsync() =>
        await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, _hosts.Length).Select(StartAsync)).WaitAsync(Patience);

    internal async System.Threading.Tasks.Task StartAsync(int process)
    {
        _hosts[process] = await PeerHost
            .StartAsync(
                new DeploymentOptions
                {
                    Peers = Peers,
                    Local = Enumerable.Range(process * _nodesEach, _nodesEach).ToDictionary(i => i, SeedOf),
                    Port = _ports[process],
                    Task = Task,
                    Protocol = Protocol,
                    Seed = 7,
                    FirstSample = FirstSample,
                    StateFolder = Path.Combine(_folder, $"{process}"),
                    Faults = Faults,
                    CapBytesPerSecond = Cap,
                    CallTimeout = TimeSpan.FromSeconds(2),
                },
                new Collector(Reports)
            )
            .WaitAsync(Patience);
    }

    internal async System.Threading.Tasks.Task StopAsync(int process)
    {
        PeerHost host = this[process];
        _hosts[process] = null;
        await host.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    /// <summary>Waits until something is so; fails with a message when it is not in time, or a process has failed.</summary>
    internal async System.Threading.Tasks.Task UntilAsync(Func<bool> isSo, string what, double seconds = 60)
    {
        long since = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            foreach (PeerHost host in _hosts.OfType<PeerHost>())
            {
                Assert.That(host.Failure.IsFaulted, Is.False, host.Failure.Exception?.ToString());
            }

            if (TimeProvider.System.GetElapsedTime(since).TotalSeconds > seconds)
            {
                Assert.Fail(
                    $"Not within {seconds} s: {what}. Rounds {string.Join(' ', Rounds)}; last reports: "
                        + string.Join("; ", Reports.TakeLast(25).Select(r => $"{r.TimeS:0.0} {r.Node} {r.What} {r.Round}"))
                );
            }

            await System.Threading.Tasks.Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PeerHost host in _hosts.OfType<PeerHost>())
        {
            await host.DisposeAsync().AsTask().WaitAsync(Patience);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }

    private sealed class Collector(ConcurrentQueue<PeerReport> reports) : IProgress<PeerReport>
    {
        public void Report(PeerReport value) => reports.Enqueue(value);
    }
}
