using System.Globalization;
using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

public class RandomStreamTests
{
    private static readonly string[] Routing = ["harmoeny/fig6", "1", "routing"];

    // Known answers of the Random123 distribution (kat_vectors).
    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [TestCase(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [TestCase(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void Philox_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, string expected)
    {
        Philox.Block(ref c0, ref c1, ref c2, ref c3, k0, k1);
        Assert.That(Hex(c0, c1, c2, c3), Is.EqualTo(expected));
    }

    [Test]
    public void Words_of_the_empty_name() =>
        Assert.That(
            Hex(Draw(RandomStream.Named(), 8, s => s.NextUInt32())),
            Is.EqualTo("157ee177 0e5ed9c0 1ee73734 7128edcb bdf22789 0d86fc98 037e0316 0a3eee1f")
        );

    [Test]
    public void Words_of_a_path() =>
        Assert.That(
            Hex(Draw(RandomStream.Named(Routing), 8, s => s.NextUInt32())),
            Is.EqualTo("b0ba7a0b d9dd3ecc 73f08747 19fe5d85 020c13d3 ae671746 4a3823b5 63727885")
        );

    [Test]
    public void Doubles_and_singles()
    {
        Assert.That(
            Draw(RandomStream.Named(), 4, s => s.NextDouble()),
            Is.EqualTo([0.05613480510282498, 0.4420307751560386, 0.05284098366787093, 0.04002273804825762])
        );
        Assert.That(
            Draw(RandomStream.Named(Routing), 4, s => s.NextDouble()),
            Is.EqualTo([0.8510321855289734, 0.10153755672576104, 0.6812605424802742, 0.38846543554447566])
        );
        Assert.That(Draw(RandomStream.Named(), 2, s => (double)s.NextSingle()), Is.EqualTo([0.08396726846694946, 0.05613476037979126]));
    }

    [Test]
    public void Integers()
    {
        Assert.That(Draw(RandomStream.Named(), 12, s => s.NextInt(10)), Is.EqualTo([0, 4, 0, 0, 9, 4, 0, 1, 4, 9, 2, 1]));
        Assert.That(Draw(RandomStream.Named(Routing), 12, s => s.NextInt(10)), Is.EqualTo([8, 1, 6, 3, 1, 9, 2, 0, 6, 6, 9, 9]));
    }

    [Test]
    public void Shuffles()
    {
        Assert.That(RandomStream.Named().Permutation(10), Is.EqualTo([1, 4, 8, 6, 2, 5, 7, 9, 3, 0]));
        Assert.That(RandomStream.Named(Routing).Permutation(10), Is.EqualTo([6, 3, 7, 1, 4, 9, 2, 5, 0, 8]));
    }

    [Test]
    public void Gaussians_are_equal_to_the_bit()
    {
        Assert.That(
            Draw(RandomStream.Named(), 4, s => s.NextGaussian()),
            Is.EqualTo([-1.588073984891649, -0.14582245315813736, -1.6179101277605616, -1.7504222694333604])
        );
        Assert.That(
            Draw(RandomStream.Named(Routing), 4, s => s.NextGaussian()),
            Is.EqualTo([1.040870555365799, -1.2728391841356845, 0.47122661419574546, -0.2833208822520733])
        );
    }

    [Test]
    public void Splitting_appends_to_the_path_and_does_not_advance()
    {
        var parent = RandomStream.Named("harmoeny/fig6");
        parent.NextGaussian();
        Assert.That(parent.Split("1", "routing").NextUInt64(), Is.EqualTo(RandomStream.Named(Routing).NextUInt64()));
        Assert.That(parent.Split("1").Split("routing").NextUInt64(), Is.EqualTo(RandomStream.Named(Routing).NextUInt64()));
        Assert.That(RandomStream.Named().Split("a").NextUInt64(), Is.EqualTo(RandomStream.Named("a").NextUInt64()));
        Assert.That(parent.Position, Is.EqualTo(2));
    }

    [Test]
    public void Names_are_checked()
    {
        Assert.That(() => RandomStream.Named("a", ""), Throws.ArgumentException);
        Assert.That(() => RandomStream.Named("a\nb"), Throws.ArgumentException.With.Message.Contains("a\\nb"));
        Assert.That(() => RandomStream.Named((string)null!), Throws.ArgumentException);
        Assert.That(() => RandomStream.Named("x\uD800"), Throws.ArgumentException);
        Assert.That(() => RandomStream.Named("x").Split(), Throws.ArgumentException);
        Assert.That(RandomStream.Named("\uFFFD \U0001F600").NextUInt32(), Is.Not.Zero);
    }

    [Test]
    public void Seeking_is_skipping() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 40])
            .Sample(
                (first, second) =>
                {
                    var words = Draw(RandomStream.Named("seek"), 41, s => s.NextUInt32());
                    var stream = RandomStream.Named("seek");
                    stream.Position = (ulong)first;
                    var a = stream.NextUInt32();
                    stream.Position = (ulong)second;
                    return a == words[first] && stream.NextUInt32() == words[second] && stream.Position == (ulong)second + 1;
                }
            );

    [Test]
    public void Filling_equals_drawing_from_every_position_and_length() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 700])
            .Sample(
                (skip, length) =>
                {
                    RandomStream At()
                    {
                        var stream = RandomStream.Named("fill");
                        stream.Position = (ulong)skip;
                        return stream;
                    }
                    var (words, floats, doubles, gaussians) = (new uint[length], new float[length], new double[length], new double[length]);
                    var streams = new[] { At(), At(), At(), At() };
                    streams[0].Fill(words);
                    streams[1].Fill(floats);
                    streams[2].Fill(doubles);
                    streams[3].FillGaussian(gaussians);
                    return words.SequenceEqual(Draw(At(), length, s => s.NextUInt32()))
                        && floats.SequenceEqual(Draw(At(), length, s => s.NextSingle()))
                        && doubles.SequenceEqual(Draw(At(), length, s => s.NextDouble()))
                        && gaussians.SequenceEqual(Draw(At(), length, s => s.NextGaussian()))
                        && streams[0].Position == (ulong)(skip + length)
                        && streams[1].Position == (ulong)(skip + length)
                        && streams[2].Position == (ulong)(skip + 2 * length)
                        && streams[3].Position == (ulong)(skip + 2 * length);
                }
            );

    [Test]
    public void Filling_more_than_one_piece_equals_drawing()
    {
        const int Length = 5_003;
        var (floats, doubles, gaussians) = (new float[Length], new double[Length], new double[Length]);
        RandomStream.Named("pieces").Fill(floats);
        RandomStream.Named("pieces").Fill(doubles);
        RandomStream.Named("pieces").FillGaussian(gaussians);
        Assert.That(floats, Is.EqualTo(Draw(RandomStream.Named("pieces"), Length, s => s.NextSingle())));
        Assert.That(doubles, Is.EqualTo(Draw(RandomStream.Named("pieces"), Length, s => s.NextDouble())));
        Assert.That(gaussians, Is.EqualTo(Draw(RandomStream.Named("pieces"), Length, s => s.NextGaussian())));
    }

    [TestCase(0UL)]
    [TestCase(5UL)]
    [TestCase(0xFFFF_FFF9UL)] // the block counter carries into its second word
    public void Every_vector_width_equals_the_scalar_reference(ulong block)
    {
        const int Words = 64 * 5;
        var (scalar, wide) = (new uint[Words], new uint[Words]);
        Philox.FillScalar(scalar, block, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210);
        Assert.Multiple(() =>
        {
            if (System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            {
                Assert.That(Philox.Fill256(wide, block, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210), Is.EqualTo(Words));
                Assert.That(wide, Is.EqualTo(scalar), "256 bits");
            }
            if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            {
                Array.Clear(wide);
                Assert.That(Philox.Fill512(wide, block, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210), Is.EqualTo(Words));
                Assert.That(wide, Is.EqualTo(scalar), "512 bits");
            }
            Array.Clear(wide);
            Philox.Fill(wide, block, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210);
            Assert.That(wide, Is.EqualTo(scalar), "dispatch");
        });
    }

    [Test]
    public void Drawing_allocates_nothing()
    {
        var stream = RandomStream.Named("allocation");
        var (buffer, weights) = (new double[100], new double[] { 1, 2, 3 });
        DrawAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            DrawAll();
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void DrawAll()
        {
            stream.NextGaussian();
            stream.NextInt(7);
            stream.NextBool(0.5);
            stream.Choice(weights);
            stream.Shuffle(buffer.AsSpan());
            stream.FillGaussian(buffer);
        }
    }

    [Test]
    public void Arguments_are_checked()
    {
        var stream = RandomStream.Named("arguments");
        Assert.That(() => stream.NextInt(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.NextInt64(-3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.NextBool(1.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.NextBool(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.Sample(3, 4), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.Permutation(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.Choice([]), Throws.ArgumentException);
        Assert.That(() => stream.Choice([0, 0]), Throws.ArgumentException);
        Assert.That(() => stream.Choice([1, -1]), Throws.ArgumentException.With.Message.Contains("Weight 1 is -1"));
        Assert.That(() => stream.Choice([double.MaxValue, double.MaxValue]), Throws.ArgumentException);
        Assert.That(stream.Position, Is.Zero, "a refused call draws nothing");
    }

    [Test]
    public void A_sample_is_the_start_of_a_partial_shuffle_whatever_its_size() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 300])
            .Where((n, k) => k <= n)
            .Sample(
                (n, k) =>
                {
                    var sample = RandomStream.Named("sample").Sample(n, k);
                    var stream = RandomStream.Named("sample");
                    var all = Enumerable.Range(0, n).ToArray();
                    for (var i = 0; i < k; i++)
                    {
                        var j = i + stream.NextInt(n - i);
                        (all[i], all[j]) = (all[j], all[i]);
                    }
                    return sample.SequenceEqual(all.Take(k));
                }
            );

    [Test]
    public void Choices_follow_the_cumulative_sum()
    {
        double[] weights = [0, 0.25, 0, 0.5, 0.25, 0];
        var stream = RandomStream.Named("choice");
        var uniforms = RandomStream.Named("choice");
        for (var i = 0; i < 1_000; i++)
        {
            var u = uniforms.NextDouble();
            Assert.That(
                stream.Choice(weights),
                Is.EqualTo(
                    u < 0.25 ? 1
                    : u < 0.75 ? 3
                    : 4
                )
            );
        }
    }

    [Test]
    public void The_open_interval_has_no_ends()
    {
        Assert.That(RandomStream.Open(0), Is.EqualTo(0.5 / (1UL << 53)));
        Assert.That(RandomStream.Open(ulong.MaxValue), Is.EqualTo(Math.BitDecrement(1.0)));
        Assert.That(double.IsFinite(StandardNormal.Quantile(RandomStream.Open(ulong.MaxValue))));
    }

    [Test]
    public void A_bool_is_certain_at_both_ends()
    {
        var stream = RandomStream.Named("bool");
        Assert.That(Draw(stream, 1_000, s => s.NextBool(0)), Has.None.True);
        Assert.That(Draw(stream, 1_000, s => s.NextBool(1)), Has.None.False);
    }

    private static T[] Draw<T>(RandomStream stream, int count, Func<RandomStream, T> draw)
    {
        var drawn = new T[count];
        for (var i = 0; i < count; i++)
        {
            drawn[i] = draw(stream);
        }
        return drawn;
    }

    private static string Hex(params uint[] words) => string.Join(' ', words.Select(w => w.ToString("x8", CultureInfo.InvariantCulture)));
}
