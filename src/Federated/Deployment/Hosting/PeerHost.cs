using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Deployment;

/// <summary>
/// A process of a real network: some nodes, each with the same state machine as in the simulation, behind gRPC over HTTP/2 on the loopback interface. Messages are signed; what is wrong is rejected and counted, and never
/// ends the process.
/// </summary>
public sealed partial class PeerHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _work = new();
    private readonly Dictionary<int, PeerNode> _nodes = [];
    private readonly Dictionary<NodeId, PeerNode> _byId = [];
    private readonly List<PeerIdentity> _identities = [];
    private readonly ConcurrentDictionary<int, TokenBucket> _outgoing = new();
    private readonly ConcurrentDictionary<int, TokenBucket> _incoming = new();
    private readonly IProgress<PeerReport>? _reports;
    private readonly long _started;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _application;
    private long _failedCalls;

    private PeerHost(DeploymentOptions options, IProgress<PeerReport>? reports)
    {
        (Options, _reports) = (options, reports);
        _started = options.Clock.GetTimestamp();
        Epoch = (ulong)options.Clock.GetUtcNow().UtcTicks;
        Codec = new(Rejections, id => _byId.ContainsKey(id));
        Transfers = new(options.Clock);
        Faults = new(
            options.Faults,
            RandomStream.Named(
                "faults",
                options.Seed.ToString(CultureInfo.InvariantCulture),
                options.Port.ToString(CultureInfo.InvariantCulture)
            ),
            () => Now.Seconds
        );
        Calls = new(this);
    }

    /// <summary>The settings.</summary>
    public DeploymentOptions Options { get; }

    /// <summary>All nodes this process has heard of.</summary>
    public PeerDirectory Directory { get; } = new();

    /// <summary>What was rejected.</summary>
    public RejectionCounts Rejections { get; } = new();

    /// <summary>Calls to others that failed or timed out.</summary>
    public long FailedCalls => Interlocked.Read(ref _failedCalls);

    /// <summary>Faults if something in the process failed that should not: a bug, not a bad peer.</summary>
    public Task Failure => _failed.Task;

    internal VirtualTime Now => VirtualTime.FromTimeSpan(Options.Clock.GetElapsedTime(_started));

    internal ulong Epoch { get; }

    internal EnvelopeCodec Codec { get; }

    internal IncomingTransfers Transfers { get; }

    internal FaultInjector Faults { get; }

    internal PeerCalls Calls { get; }

    /// <summary>Starts a process: listens, waits for the others, and begins.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="reports">Is told what happens, from several threads.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ArgumentException">Settings do not fit each other.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<PeerHost> StartAsync(
        DeploymentOptions options,
        IProgress<PeerReport>? reports = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        PeerHost host = new(options, reports);
        try
        {
            await host.BeginAsync(cancellationToken);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        return host;
    }

    /// <summary>The view of a node of this process.</summary>
    public Task<PopulationView> ViewOfAsync(int node) => LocalNode(node).AskAsync(static n => n.View.Snapshot());

    /// <summary>The round a node of this process believes the network to be in.</summary>
    public Task<int> RoundOfAsync(int node) => LocalNode(node).AskAsync(static n => n.RoundEstimate);

    /// <summary>Stops: no more is sent or answered.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_application is not null)
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
            await _application.StopAsync(limit.Token);
            await _application.DisposeAsync();
        }

        await Task.WhenAny(Task.WhenAll(_work.Keys), Task.Delay(TimeSpan.FromSeconds(5)));
        Calls.Dispose();
        foreach (PeerIdentity identity in _identities)
        {
            identity.Dispose();
        }

        _stop.Dispose();
    }

    internal PeerNode NodeOf(NodeId id) => _byId[id];

    internal PeerNode LocalNode(int node) =>
        _nodes.TryGetValue(node, out PeerNode? own)
            ? own
            : throw new ArgumentOutOfRangeException(
                nameof(node),
                node,
                $"This process has the nodes {string.Join(", ", _nodes.Keys.Order())}."
            );

    internal TokenBucket OutgoingCap(int node) => Cap(_outgoing, node);

    internal TokenBucket IncomingCap(int node) => Cap(_incoming, node);

    internal void CountFailedCall() => Interlocked.Increment(ref _failedCalls);

    internal void Report(PeerReport report) => _reports?.Report(report);

    internal void RoundClosed(int node, PlexusMessage average)
    {
        ParameterVector model = (ParameterVector)average.Model!;
        string digest = Convert.ToHexStringLower(
            System.IO.Hashing.XxHash3.Hash(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(model.Values))
        );
        double time = Now.Seconds;
        LatestAverage = (average.Round, model);
        Begin(
            Task.Run(
                () =>
                {
                    ModelQuality quality = Options.Task.Evaluate(model, _stop.Token);
                    Report(new(time, node, "round", average.Round, Models: average.Index, Digest: digest, Accuracy: quality.Accuracy));
                },
                _stop.Token
            )
        );
    }

    /// <summary>The last average a node of this process made.</summary>
    public (int Round, ParameterVector Model)? LatestAverage { get; private set; }

    /// <summary>Watches over work that goes on by itself: what fails for another reason than the end of the process is a bug, and told by <see cref="Failure"/>.</summary>
    internal void Begin(Task work)
    {
        _work[work] = true;
        _ = work.ContinueWith(
            done =>
            {
                _work.TryRemove(done, out _);
                if (done.Exception is { } problem && !_stop.IsCancellationRequested)
                {
                    Options.Logger.LogError(problem, "A node of the network failed");
                    _failed.TrySetException(problem.InnerExceptions);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private TokenBucket Cap(ConcurrentDictionary<int, TokenBucket> caps, int node) =>
        caps.GetOrAdd(node, _ => new(Options.CapBytesPerSecond, 128 * 1024, Options.Clock));
}
