using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment.Wire;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Deployment;

/// <summary>What a process says to others: messages that may be lost, and models that are taken up again where they broke off.</summary>
internal sealed class PeerCalls(PeerHost host) : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private sealed class Encoded(byte[] blob, byte[] digest)
    {
        public byte[] Blob { get; } = blob;
        public byte[] Digest { get; } = digest;
    }

    private readonly ConcurrentDictionary<Uri, GrpcChannel> _channels = new();
    private readonly ConditionalWeakTable<object, Encoded> _encoded = [];
    private readonly ConcurrentDictionary<(int From, int To), (ulong Epoch, PopulationView View)> _known = new();

    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    /// <summary>Sends a message without a model. Whether it arrives, nobody is told.</summary>
    internal async Task SendAsync(PeerNode from, int to, PlexusMessage message, CancellationToken cancellationToken)
    {
        PeerInfo peer = host.Directory[to];
        Envelope envelope = from.Seal(peer.Id, MessageCodec.Encode(message));
        foreach (TimeSpan delay in host.Faults.Sendings(from.Index, to))
        {
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, host.Options.Clock, cancellationToken);
            }

            try
            {
                await Link(peer.Address).DeliverAsync(envelope, Limited(host.Options.CallTimeout, cancellationToken));
            }
            catch (RpcException)
            {
                host.CountFailedCall(); // gone, or slow: the protocol asks again, or does without
            }
        }
    }

    /// <summary>Sends a model; whether it arrived.</summary>
    internal async Task<bool> SendModelAsync(PeerNode from, int to, PlexusMessage message, CancellationToken cancellationToken)
    {
        Encoded encoded = _encoded.GetValue(message.Model!, static model => Encode((ParameterVector)model));
        for (int attempt = 0; attempt < host.Options.TransferAttempts; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100 << Math.Min(attempt, 5)), host.Options.Clock, cancellationToken);
            }

            try
            {
                if (await AttemptAsync(from, to, message, encoded, cancellationToken) is { } verdict)
                {
                    return verdict;
                }
            }
            catch (Exception problem) when (problem is RpcException or IOException or TimeoutException)
            {
                host.CountFailedCall();
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                host.CountFailedCall(); // its time was up
            }
        }

        return false;
    }

    /// <summary>Introduces a node, and gets the view of the one it is introduced to; null if that one does not answer.</summary>
    internal async Task<PopulationView?> IntroduceAsync(PeerNode from, int to, CancellationToken cancellationToken)
    {
        PeerInfo peer = host.Directory[to];
        PeerInfo own = host.Directory[from.Index];
        if (host.Faults.Breaks(from.Index, to))
        {
            return null;
        }

        try
        {
            Envelope answer = await Link(peer.Address)
                .IntroduceAsync(
                    from.Seal(peer.Id, new Introduction { Address = own.Address.ToString(), BytesPerSecond = own.BytesPerSecond }),
                    Limited(host.Options.CallTimeout, cancellationToken)
                );
            Introduction? introduction = host.Codec.Open(answer, Introduction.Parser, out NodeId sender, out _);
            return introduction is null || sender != peer.Id ? null : MessageCodec.Decode(introduction.View, host.Directory);
        }
        catch (RpcException)
        {
            host.CountFailedCall();
            return null;
        }
    }

    private async Task<bool?> AttemptAsync(
        PeerNode from,
        int to,
        PlexusMessage message,
        Encoded encoded,
        CancellationToken cancellationToken
    )
    {
        if (host.Faults.Breaks(from.Index, to))
        {
            return null;
        }

        PeerInfo peer = host.Directory[to];
        PeerLink.PeerLinkClient link = Link(peer.Address);
        (ulong Epoch, PopulationView View)? known = _known.TryGetValue((from.Index, to), out (ulong, PopulationView) last) ? last : null;
        Progress progress = await OfferAsync(known?.View);
        if (known is { } remembered && progress.Epoch != remembered.Epoch)
        {
            progress = await OfferAsync(null); // it was restarted, and has forgotten what it knew
        }

        if (progress.Verdict != Verdict.Accepted)
        {
            return progress.Verdict == Verdict.Rejected ? false : null;
        }

        Verdict verdict =
            progress.Received == encoded.Blob.Length
                ? Verdict.Accepted
                : await StreamAsync(link, from, to, progress, encoded.Blob, cancellationToken);
        if (verdict == Verdict.Accepted && message.View is { } view)
        {
            _known[(from.Index, to)] = (progress.Epoch, view);
        }

        return verdict == Verdict.Incomplete ? null : verdict == Verdict.Accepted;

        async Task<Progress> OfferAsync(PopulationView? since) =>
            await link.OfferAsync(
                from.Seal(
                    peer.Id,
                    new ModelOffer
                    {
                        Kind = (int)message.Kind,
                        Round = message.Round,
                        Weight = message.Weight,
                        Length = encoded.Blob.Length,
                        Digest = ByteString.CopyFrom(encoded.Digest),
                        View = MessageCodec.Encode(message.View ?? new PopulationView(), since, host.Directory),
                    }
                ),
                Limited(host.Options.CallTimeout, cancellationToken)
            );
    }

    private async Task<Verdict> StreamAsync(
        PeerLink.PeerLinkClient link,
        PeerNode from,
        int to,
        Progress progress,
        byte[] blob,
        CancellationToken cancellationToken
    )
    {
        double least = double.IsPositiveInfinity(host.Options.CapBytesPerSecond) ? 0 : 4 * blob.Length / host.Options.CapBytesPerSecond;
        TimeSpan limit = TimeSpan.FromSeconds(60 + least);
        using AsyncClientStreamingCall<Chunk, Receipt> call = link.Transfer(Limited(limit, cancellationToken));
        for (int offset = (int)progress.Received; offset < blob.Length; offset += ChunkBytes)
        {
            int count = Math.Min(ChunkBytes, blob.Length - offset);
            await host.OutgoingCap(from.Index).TakeAsync(count, cancellationToken);
            if (host.Faults.Breaks(from.Index, to))
            {
                return Verdict.Incomplete; // leaving the call cuts the stream
            }

            await call.RequestStream.WriteAsync(
                new Chunk
                {
                    Transfer = progress.Transfer,
                    Offset = offset,
                    Data = UnsafeByteOperations.UnsafeWrap(blob.AsMemory(offset, count)),
                },
                cancellationToken
            );
        }

        await call.RequestStream.CompleteAsync();
        return (await call.ResponseAsync).Verdict;
    }

    private static Encoded Encode(ParameterVector model)
    {
        byte[] blob = ModelBlob.Write(model);
        return new(blob, System.IO.Hashing.XxHash128.Hash(blob));
    }

    private static CallOptions Limited(TimeSpan limit, CancellationToken cancellationToken) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + limit, cancellationToken: cancellationToken);

    private PeerLink.PeerLinkClient Link(Uri address) =>
        new(
            _channels.GetOrAdd(
                address,
                static to =>
                    GrpcChannel.ForAddress(
                        to,
                        new GrpcChannelOptions
                        {
                            MaxReceiveMessageSize = EnvelopeCodec.MostBytes + (1 << 16),
                            HttpHandler = new SocketsHttpHandler
                            {
                                ConnectTimeout = TimeSpan.FromSeconds(2),
                                EnableMultipleHttp2Connections = true,
                                AutomaticDecompression = DecompressionMethods.None,
                                UseProxy = false,
                            },
                            DisposeHttpClient = true,
                        }
                    )
            )
        );
}
