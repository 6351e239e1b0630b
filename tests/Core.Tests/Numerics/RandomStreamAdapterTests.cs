using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

[NonParallelizable]
public class RandomStreamAdapterTests
{
    [Test]
    public void A_system_random_draws_from_the_stream()
    {
        var (adapted, plain) = (RandomStream.Named("adapter"), RandomStream.Named("adapter"));
        var random = adapted.AsRandom();
        Assert.That(adapted.AsRandom(), Is.SameAs(random));
        Assert.That(random.Next(), Is.EqualTo(plain.NextInt(int.MaxValue)));
        Assert.That(random.Next(10), Is.EqualTo(plain.NextInt(10)));
        Assert.That(random.Next(-5, 5), Is.EqualTo(plain.NextInt(10) - 5));
        Assert.That(random.NextInt64(), Is.EqualTo(plain.NextInt64(long.MaxValue)));
        Assert.That(random.NextInt64(1L << 40), Is.EqualTo(plain.NextInt64(1L << 40)));
        Assert.That(random.NextDouble(), Is.EqualTo(plain.NextDouble()));
        Assert.That(random.NextSingle(), Is.EqualTo(plain.NextSingle()));
        var bytes = new byte[6];
        random.NextBytes(bytes);
        byte[] expected = [.. BitConverter.GetBytes(plain.NextUInt32()), .. BitConverter.GetBytes(plain.NextUInt32())[..2]];
        Assert.That(bytes, Is.EqualTo(expected));
        Assert.That(adapted.Position, Is.EqualTo(plain.Position));
    }

    [Test]
    public void Ranges_are_those_of_system_random()
    {
        var random = RandomStream.Named("ranges").AsRandom();
        Assert.That(random.Next(0), Is.Zero);
        Assert.That(random.Next(3, 3), Is.EqualTo(3));
        Assert.That(() => random.Next(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Next(3, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        var (below, above) = (false, false);
        for (var i = 0; i < 200; i++)
        {
            var value = random.NextInt64(long.MinValue, long.MaxValue);
            (below, above) = (below || value < 0, above || value > 0);
            Assert.That(random.Next(int.MinValue, int.MaxValue), Is.LessThan(int.MaxValue));
        }
        Assert.That(below && above, "the widest range does not overflow");
    }

    [Test]
    public void A_torch_generator_repeats_and_takes_two_words()
    {
        var stream = RandomStream.Named("torch");
        Assert.That(Draw(stream), Is.EqualTo(Draw(RandomStream.Named("torch"))));
        Assert.That(stream.Position, Is.EqualTo(2));
        Assert.That(Draw(stream), Is.Not.EqualTo(Draw(RandomStream.Named("torch"))), "the next one is another");
        LiveTensors.AssertNoLeak(() => Draw(RandomStream.Named("torch")));

        static float[] Draw(RandomStream stream)
        {
            using var generator = stream.TorchGenerator();
            using var tensor = TorchSharp.torch.rand(8, generator: generator);
            return tensor.data<float>().ToArray();
        }
    }
}
