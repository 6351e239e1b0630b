using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment;
using ResearchKit.Federated.Deployment.Wire;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.Deployment;

/// <summary>A peer that sends what it should not: everything is rejected and counted, and the network goes on.</summary>
[NonParallelizable]
public class HostilePeerTests
{
    private static readonly PlexusOptions Fast = new()
    {
        SampleSize = 3,
        SuccessFraction = 1,
        PingTimeout = TimeSpan.FromSeconds(10),
    };

    [Test]
    public async Task Everything_wrong_is_rejected_and_counted()
    {
        await using TestNetwork network = new(processes: 2, nodesEach: 3, Fast) { FirstSample = [0, 1, 2] };
        await network.StartAllAsync();
        PeerHost victim = network[0];
        NodeId target = network.Peers[0].Id;
        using PeerIdentity known = PeerIdentity.OfSeed(TestNetwork.SeedOf(5));
        using PeerIdentity stranger = PeerIdentity.OfSeed(TestNetwork.SeedOf(999));
        using GrpcChannel channel = GrpcChannel.ForAddress(network.Peers[0].Address, new() { MaxSendMessageSize = null });
        PeerLink.PeerLinkClient link = new(channel);
        ulong sequence = 1UL << 60;
        Envelope Sealed(IMessage content, PeerIdentity? by) => EnvelopeCodec.Seal(by ?? known, target, sequence++, content);
        Control ping = new() { Kind = (int)PlexusMessageKind.Ping, Round = 1 };

        Envelope forged = Sealed(ping, null);
        forged.Sender = ByteString.CopyFrom(network.Peers[1].Id.Bytes);
        await Expect(Rejection.Signature, forged);
        Envelope changed = Sealed(ping, null);
        changed.Content = new Control { Kind = (int)PlexusMessageKind.Ping, Round = 9 }.ToByteString();
        await Expect(Rejection.Signature, changed);
        Envelope future = Sealed(ping, null);
        future.Version = 99;
        await Expect(Rejection.Version, future);
        Envelope once = Sealed(ping, null);
        Assert.That((await link.DeliverAsync(once)).Verdict, Is.EqualTo(Verdict.Accepted));
        await Expect(Rejection.Replay, once);
        await Expect(Rejection.Malformed, Sealed(new Control { Kind = 77 }, null));
        await Expect(Rejection.Malformed, Sealed(new Control { Kind = (int)PlexusMessageKind.Ping, Round = int.MinValue }, null));
        await Expect(
            Rejection.Malformed,
            Sealed(
                new ModelOffer
                {
                    Digest = ByteString.CopyFromUtf8("no control message"),
                    Weight = 3,
                    Length = -1,
                    Kind = 1,
                },
                null
            )
        );
        await Expect(Rejection.Malformed, new Envelope { Version = 1, Content = ByteString.CopyFromUtf8("nobody") });
        await Expect(Rejection.Receiver, Sealed(ping, stranger));
        Envelope elsewhere = EnvelopeCodec.Seal(known, network.Peers[4].Id, sequence++, ping);
        await Expect(Rejection.Receiver, elsewhere);

        // Larger than the transport takes: it refuses before anything of ours sees it.
        RpcException? tooLarge = await Assert.ThrowsAsync<RpcException>(async () =>
            await link.DeliverAsync(
                Sealed(new ModelOffer { Digest = ByteString.CopyFrom(new byte[EnvelopeCodec.MostBytes + (1 << 17)]) }, null)
            )
        );
        Assert.That(tooLarge!.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));

        await Models(victim, link, Sealed, network.Task);
        int before = network.Rounds.DefaultIfEmpty(0).Max();
        await network.UntilAsync(() => network.Rounds.DefaultIfEmpty(0).Max() >= before + 3, "three more rounds");
        Assert.That(victim.Rejections.Total, Is.GreaterThanOrEqualTo(13));

        async Task Expect(Rejection reason, Envelope envelope)
        {
            long count = victim.Rejections[reason];
            Receipt receipt = await link.DeliverAsync(envelope);
            Assert.That(receipt.Verdict, Is.EqualTo(Verdict.Rejected), $"{reason}");
            Assert.That(victim.Rejections[reason], Is.EqualTo(count + 1), $"{reason}");
        }
    }

    private static async Task Models(
        PeerHost victim,
        PeerLink.PeerLinkClient link,
        Func<IMessage, PeerIdentity?, Envelope> seal,
        DenseTask task
    )
    {
        ParameterVector poisoned = ((ParameterVector)task.InitialModel).Clone();
        poisoned.Values[3] = float.NaN;
        byte[] blob = ModelBlob.Write(poisoned);
        long count = victim.Rejections[Rejection.Model];
        Progress progress = await link.OfferAsync(seal(OfferOf(blob), null));
        Assert.That(progress.Verdict, Is.EqualTo(Verdict.Accepted));
        Assert.That((await StreamAsync(link, progress.Transfer, 0, blob)).Verdict, Is.EqualTo(Verdict.Rejected));
        Assert.That(victim.Rejections[Rejection.Model], Is.EqualTo(count + 1), "not a number");

        ModelOffer huge = OfferOf(blob);
        huge.Length = 1L << 40;
        Assert.That((await link.OfferAsync(seal(huge, null))).Verdict, Is.EqualTo(Verdict.Rejected));
        Assert.That(victim.Rejections[Rejection.Model], Is.EqualTo(count + 2), "of another length");

        ModelOffer swapped = OfferOf(ModelBlob.Write((ParameterVector)task.InitialModel));
        progress = await link.OfferAsync(seal(swapped, null));
        Assert.That((await StreamAsync(link, progress.Transfer, 0, blob)).Verdict, Is.EqualTo(Verdict.Rejected));
        Assert.That(victim.Rejections[Rejection.Model], Is.EqualTo(count + 3), "other bytes than announced");

        ModelOffer second = OfferOf(blob);
        second.Round = 3;
        progress = await link.OfferAsync(seal(second, null));
        count = victim.Rejections[Rejection.Malformed];
        Assert.That((await StreamAsync(link, progress.Transfer, 77, blob)).Verdict, Is.EqualTo(Verdict.Rejected));
        Assert.That(victim.Rejections[Rejection.Malformed], Is.EqualTo(count + 1), "from the wrong place on");
        Assert.That((await StreamAsync(link, 12345, 0, blob)).Verdict, Is.EqualTo(Verdict.Incomplete), "never offered");

        ModelOffer badView = OfferOf(blob);
        badView.Round = 4;
        badView.View = new ViewDelta
        {
            Items =
            {
                new ViewItem { Id = ByteString.CopyFromUtf8("short"), Address = "http://x" },
            },
        };
        count = victim.Rejections[Rejection.Malformed];
        Assert.That((await link.OfferAsync(seal(badView, null))).Verdict, Is.EqualTo(Verdict.Rejected));
        Assert.That(victim.Rejections[Rejection.Malformed], Is.EqualTo(count + 1), "a view of nobody");
    }

    private static ModelOffer OfferOf(byte[] blob) =>
        new()
        {
            Kind = (int)PlexusMessageKind.TrainedModel,
            Round = 2,
            Weight = 1,
            Length = blob.Length,
            Digest = ByteString.CopyFrom(System.IO.Hashing.XxHash128.Hash(blob)),
            View = new ViewDelta { IsComplete = true },
        };

    private static async Task<Receipt> StreamAsync(PeerLink.PeerLinkClient link, ulong transfer, long offset, byte[] blob)
    {
        using AsyncClientStreamingCall<Chunk, Receipt> call = link.Transfer(deadline: DateTime.UtcNow.AddSeconds(30));
        try
        {
            await call.RequestStream.WriteAsync(
                new Chunk
                {
                    Transfer = transfer,
                    Offset = offset,
                    Data = ByteString.CopyFrom(blob),
                }
            );
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // answered before all was sent
        }

        return await call.ResponseAsync;
    }
}
