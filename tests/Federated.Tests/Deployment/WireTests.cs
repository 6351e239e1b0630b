using CsCheck;
using Google.Protobuf;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment;
using ResearchKit.Federated.Deployment.Wire;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.Deployment;

/// <summary>What goes over the wire, without one.</summary>
public class WireTests
{
    private static readonly ParameterLayout Layout = ParameterLayout.Create([("w", [3, 4]), ("b", [3])]);

    /// <summary>A hundred thousand random byte strings: none is believed, and none makes anything throw.</summary>
    [Test]
    public void Random_bytes_are_rejected()
    {
        RandomStream random = RandomStream.Named("fuzz");
        RejectionCounts rejections = new();
        EnvelopeCodec codec = new(rejections, _ => true);
        PeerDirectory directory = new();
        int opened = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = new byte[random.NextInt(200)];
            random.AsRandom().NextBytes(bytes);
            if (ModelBlob.TryRead(bytes, Layout) is not null)
            {
                opened++;
            }

            try
            {
                Envelope envelope = Envelope.Parser.ParseFrom(bytes);
                opened += codec.Open(envelope, Control.Parser, out _, out _) is null ? 0 : 1;
            }
            catch (InvalidProtocolBufferException)
            {
                // as gRPC itself answers it, before our code is called
            }

            try
            {
                ViewDelta delta = ViewDelta.Parser.ParseFrom(bytes);
                _ = MessageCodec.Decode(delta, directory);
                _ = MessageCodec.IsSound(ModelOffer.Parser.ParseFrom(bytes), 100);
                _ = MessageCodec.Decode(Control.Parser.ParseFrom(bytes));
            }
            catch (InvalidProtocolBufferException) { }
        }

        Assert.That(opened, Is.Zero);
        Assert.That(rejections.Total, Is.Positive);
    }

    [Test]
    public void A_model_comes_back_bit_for_bit_and_any_changed_byte_is_noticed()
    {
        Gen.Float.Array[15]
            .Where(values => values.All(float.IsFinite))
            .Select(Gen.Int[0, 91], Gen.Int[1, 255])
            .Sample(
                (values, place, change) =>
                {
                    byte[] blob = ModelBlob.Write(new ParameterVector(Layout, values));
                    bool isSame = ModelBlob.TryRead(blob, Layout) is { } back && back.Values.SequenceEqual(values);
                    bool isUnused = place is >= 28 and < 32;
                    blob[place] ^= (byte)change;
                    return isSame && (isUnused || ModelBlob.TryRead(blob, Layout) is null);
                },
                iter: 500
            );
    }

    [Test]
    public void Models_that_are_cut_or_not_finite_are_none()
    {
        byte[] blob = ModelBlob.Write(new ParameterVector(Layout));
        Assert.That(ModelBlob.TryRead(blob, Layout), Is.Not.Null);
        Assert.That(ModelBlob.TryRead(blob.AsSpan(..^1), Layout), Is.Null);
        Assert.That(ModelBlob.TryRead([], Layout), Is.Null);
        ParameterVector infinite = new(Layout);
        infinite.Values[7] = float.PositiveInfinity;
        Assert.That(ModelBlob.TryRead(ModelBlob.Write(infinite), Layout), Is.Null);
    }

    [Test]
    public void A_window_accepts_each_number_once_in_any_order()
    {
        Gen.Int[0, 3000]
            .Array[1, 300]
            .Sample(numbers =>
            {
                ReplayWindow window = new();
                HashSet<int> seen = [];
                return numbers.All(n => window.Accept((ulong)n + 10_000) == seen.Add(n));
            });
        ReplayWindow far = new();
        Assert.That(far.Accept(1_000_000), Is.True);
        Assert.That(far.Accept(1_000_000 - ReplayWindow.Width), Is.False, "far behind");
        Assert.That(far.Accept(ulong.MaxValue), Is.True);
        Assert.That(far.Accept(1_000_001), Is.False);
    }

    [Test]
    public void A_view_comes_back_whole_and_as_changes()
    {
        PeerDirectory directory = new();
        for (int i = 0; i < 20; i++)
        {
            using PeerIdentity identity = PeerIdentity.OfSeed(TestNetwork.SeedOf(i));
            directory.Add(new(identity.Id, new Uri("http://127.0.0.1:1"), 5));
        }

        PopulationView view = PopulationView.OfAll(20);
        PopulationView before = view.Snapshot();
        view.Set(3, new(7, 2, MembershipChange.Leave));
        ViewDelta whole = MessageCodec.Encode(view, null, directory);
        ViewDelta changes = MessageCodec.Encode(view, before, directory);
        Assert.That(whole.Items, Has.Count.EqualTo(20));
        Assert.That(changes.Items, Has.Count.EqualTo(1));
        Assert.That(MessageCodec.Decode(whole, directory)!.Entries(), Is.EqualTo(view.Entries()));
        before.Merge(MessageCodec.Decode(changes, directory)!);
        Assert.That(before.Entries(), Is.EqualTo(view.Entries()));
    }

    [Test]
    public async Task A_cap_lets_a_burst_through_and_then_the_rate()
    {
        Simulation.SimulationClock clock = new();
        TokenBucket bucket = new(1000, 500, clock);
        await bucket.TakeAsync(500, CancellationToken.None);
        ValueTask next = bucket.TakeAsync(250, CancellationToken.None);
        Assert.That(next.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(next.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await next.AsTask().WaitAsync(TestNetwork.Patience);
        Assert.That(() => new TokenBucket(0, 1, clock), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
