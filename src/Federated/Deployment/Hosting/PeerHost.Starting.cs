using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Deployment;

/// <content>How a process begins.</content>
public sealed partial class PeerHost
{
    private const int AskedOnReturn = 3;

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        PlexusOptions protocol = Options.Protocol.For(Options.Peers.Count);
        foreach (PeerInfo peer in Options.Peers)
        {
            if (peer.Id.Bytes.Length != PeerIdentity.IdBytes)
            {
                throw new ArgumentException($"The identifier {peer.Id} is no Ed25519 public key of {PeerIdentity.IdBytes} bytes.");
            }

            if (!(peer.BytesPerSecond > 0 && double.IsFinite(peer.BytesPerSecond)))
            {
                throw new ArgumentException($"The bandwidth of {peer.Id} is {peer.BytesPerSecond}; it is above 0 bytes/s.");
            }

            int before = Directory.Count;
            if (Directory.Add(peer) != before)
            {
                throw new ArgumentException($"The identifier {peer.Id} occurs twice; every node has its own.");
            }
        }

        foreach ((int index, byte[] seed) in Options.Local)
        {
            AddNode(index, seed, protocol);
        }

        await ListenAsync(cancellationToken);
        Dictionary<int, bool> hasBeen = [];
        foreach ((int index, PeerNode node) in _nodes)
        {
            hasBeen[index] = await node.RestoreAsync(cancellationToken);
            if (hasBeen[index])
            {
                await CatchUpAsync(node, cancellationToken);
            }
        }

        foreach (PeerNode node in _nodes.Values)
        {
            Begin(node.RunAsync(_stop.Token));
        }

        if (hasBeen.Values.All(been => !been))
        {
            await WaitForOthersAsync(cancellationToken);
        }

        foreach ((int index, PeerNode node) in _nodes)
        {
            Report(new(Now.Seconds, index, "ready", 0));
            if (hasBeen[index])
            {
                node.Post(new(PlexusInputKind.Online));
            }
            else if (Options.FirstSample.Contains(index))
            {
                node.Post(PlexusInput.Of(index, new(PlexusMessageKind.AggregatedModel, 1, Model: Options.Task.InitialModel)));
            }
        }
    }

    private void AddNode(int index, byte[] seed, PlexusOptions protocol)
    {
        PeerIdentity identity = PeerIdentity.OfSeed(seed);
        _identities.Add(identity);
        if ((uint)index >= (uint)Options.Peers.Count || Options.Peers[index].Id != identity.Id)
        {
            throw new ArgumentException($"The secret seed of node {index} does not belong to its identifier.");
        }

        PlexusSetting setting = new(
            protocol,
            new SampleOrders(Directory.Roster, protocol.Hash),
            Options.Task,
            node => Directory[node].BytesPerSecond,
            RandomStream.Named("network", Options.Seed.ToString(CultureInfo.InvariantCulture))
        );
        PeerNode node = new(this, index, identity, PopulationView.OfAll(Options.Peers.Count), setting);
        _nodes.Add(index, node);
        _byId.Add(identity.Id, node);
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
            server.ListenLocalhost(Options.Port, endpoint => endpoint.Protocols = HttpProtocols.Http2)
        );
        builder.Services.AddSingleton(this);
        builder.Services.AddSingleton<PeerLinkService>();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = EnvelopeCodec.MostBytes + (1 << 16));
        _application = builder.Build();
        _application.MapGrpcService<PeerLinkService>();
        await _application.StartAsync(cancellationToken);
    }

    /// <summary>Asks some of the others what happened meanwhile.</summary>
    private async Task CatchUpAsync(PeerNode node, CancellationToken cancellationToken)
    {
        int answered = 0;
        for (int other = 0; other < Options.Peers.Count && answered < AskedOnReturn; other++)
        {
            if (!_nodes.ContainsKey(other) && await Calls.IntroduceAsync(node, other, cancellationToken) is { } view)
            {
                node.CatchUp(view);
                answered++;
            }
        }
    }

    private async Task WaitForOthersAsync(CancellationToken cancellationToken)
    {
        PeerNode own = _nodes.Values.First();
        long since = Options.Clock.GetTimestamp();
        foreach (
            int other in Options.Peers.Index().Where(p => !_nodes.ContainsKey(p.Index)).DistinctBy(p => p.Item.Address).Select(p => p.Index)
        )
        {
            while (await Calls.IntroduceAsync(own, other, cancellationToken) is null)
            {
                if (Options.Clock.GetElapsedTime(since) > Options.StartPatience)
                {
                    Options.Logger.LogWarning("Node {Node} did not answer in time; the network begins without it", other);
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), Options.Clock, cancellationToken);
            }
        }
    }
}
