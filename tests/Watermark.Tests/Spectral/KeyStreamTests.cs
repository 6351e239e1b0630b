using System.Security.Cryptography;
using System.Text;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests.Spectral;

public class KeyStreamTests
{
    private static readonly byte[] Secret = TestGraphs.Secret("key stream");

    [Test]
    public void Bytes_are_the_keystream_of_aes_in_counter_mode()
    {
        // Reference: one block at a time, the counter as a 128-bit big-endian number from 0.
        byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, 32, info: Encoding.ASCII.GetBytes("ffg/omega"));
        using Aes aes = Aes.Create();
        aes.Key = key;
        using KeyStream stream = new(Secret, "omega");
        for (int block = 0; block < 1200; block++)
        {
            byte[] counter = new byte[16];
            for (int i = 0, rest = block; i < 4; i++, rest >>= 8)
            {
                counter[15 - i] = (byte)rest;
            }
            byte[] expected = aes.EncryptEcb(counter, PaddingMode.None);
            Assert.That(stream.NextUInt64(), Is.EqualTo(BitConverter.ToUInt64(expected, 0)));
            Assert.That(stream.NextUInt64(), Is.EqualTo(BitConverter.ToUInt64(expected, 8)));
        }
    }

    [Test]
    public void Derived_draws_follow_from_the_bits()
    {
        using KeyStream bits = new(Secret, "omega");
        using KeyStream draws = new(Secret, "omega");
        for (int i = 0; i < 100; i++)
        {
            Assert.That(draws.NextDouble(), Is.EqualTo((bits.NextUInt64() >> 11) * Math.Pow(2, -53)));
            Assert.That(draws.NextGaussian(), Is.EqualTo(StandardNormal.Quantile(((bits.NextUInt64() >> 11) + 0.5) * Math.Pow(2, -53))));
        }
    }

    [Test]
    public void Labels_give_unrelated_streams_and_the_same_label_the_same()
    {
        using KeyStream a = new(Secret, "perm");
        using KeyStream b = new(Secret, "carriers");
        using KeyStream again = new(Secret, "perm");
        ulong[] first = [.. Enumerable.Range(0, 64).Select(_ => a.NextUInt64())];
        Assert.That(Enumerable.Range(0, 64).Select(_ => again.NextUInt64()), Is.EqualTo(first));
        Assert.That(Enumerable.Range(0, 64).Select(_ => b.NextUInt64()).Intersect(first), Is.Empty);
    }

    [Test]
    public void Integers_are_uniform()
    {
        // Chi-square with 6 degrees of freedom; 33.1 is exceeded with probability 1e-5.
        using KeyStream stream = new(Secret, "uniform");
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[stream.NextInt(7)]++;
        }
        Assert.That(counts.Sum(c => (c - 10_000.0) * (c - 10_000.0) / 10_000.0), Is.LessThan(33.1));
    }

    [Test]
    public void A_permutation_holds_every_element_once()
    {
        using KeyStream stream = new(Secret, "perm");
        Assert.That(stream.Permutation(1000).Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void A_secret_of_another_length_is_refused(int length) =>
        Assert.That(
            () => new KeyStream(new byte[length], "omega"),
            Throws.ArgumentException.With.Message.Contains($"{length} bytes").And.Message.Contains("32")
        );
}
