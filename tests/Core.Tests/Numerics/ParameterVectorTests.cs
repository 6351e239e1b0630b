using CsCheck;
using ResearchKit.Goldens;
using ResearchKit.Numerics;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace ResearchKit.Core.Tests.Numerics;

[NonParallelizable]
public class ParameterVectorTests
{
    [OneTimeSetUp]
    public void LoadTorch() => Torch.EnsureLoaded();

    private static torch.nn.Module<torch.Tensor, torch.Tensor> Network() =>
        Sequential(("conv", Conv2d(1, 2, 3)), ("norm", BatchNorm2d(2)), ("flat", Flatten()), ("out", Linear(8, 3)));

    private static ParameterLayout Layout(int length) => ParameterLayout.Create([("a", [length])]);

    private static ParameterVector Vector(params float[] values) => new(Layout(values.Length), values);

    [Test]
    public void A_module_goes_into_a_vector_and_back()
    {
        using var module = Network();
        var vector = ParameterVector.Of(module);
        Assert.That(
            vector.Layout.Entries.Select(e => e.Name),
            Is.EqualTo(["conv.weight", "conv.bias", "norm.weight", "norm.bias", "out.weight", "out.bias"])
        );
        Assert.That(vector.Length, Is.EqualTo(18 + 2 + 2 + 2 + 24 + 3).And.EqualTo(vector.Layout.ParameterLength));
        var before = module.get_parameter("out.weight")!.data<float>().ToArray();
        Assert.That(vector.Slice("out.weight").ToArray(), Is.EqualTo(before));

        using var other = Network();
        vector.CopyTo(other);
        vector.Clear();
        Assert.That(other.get_parameter("out.weight")!.data<float>().ToArray(), Is.EqualTo(before), "copied, not aliased");
        Assert.That(other.get_parameter("out.weight")!.requires_grad);
    }

    [Test]
    public void Buffers_are_a_part_of_their_own_when_asked_for()
    {
        using var module = Network();
        Fill(module, "norm.running_mean", 3);
        Fill(module, "norm.num_batches_tracked", 7);
        var vector = ParameterVector.Of(module, includeBuffers: true);
        Assert.That(
            vector.Layout.Entries.SkipWhile(e => !e.IsBuffer).Select(e => e.Name),
            Does.Contain("norm.running_mean").And.Contain("norm.num_batches_tracked")
        );
        Assert.That(vector.Layout.Entries.SkipWhile(e => !e.IsBuffer), Is.All.Property(nameof(ParameterEntry.IsBuffer)).True);
        Assert.That(vector.Slice("norm.running_mean").ToArray(), Is.EqualTo([3f, 3f]));
        Assert.That(vector.Slice("norm.num_batches_tracked")[0], Is.EqualTo(7));
        vector.Slice("norm.num_batches_tracked")[0] = 9.4f;
        vector.CopyTo(module);
        Assert.That(module.get_buffer("norm.num_batches_tracked")!.item<long>(), Is.EqualTo(9));
        Fill(module, "norm.num_batches_tracked", (1 << 24) + 1);
        Assert.That(() => vector.CopyFrom(module), Throws.ArgumentException.With.Message.Contains("num_batches_tracked"));
    }

    private static void Fill(torch.nn.Module module, string buffer, int value) => module.get_buffer(buffer)!.fill_(value);

    [Test]
    public void Narrow_parameters_widen_and_round_back()
    {
        using var module = Linear(3, 2).to(torch.bfloat16);
        var vector = ParameterVector.Of(module);
        Assert.That(vector.Layout["weight"].Type, Is.EqualTo(ElementType.BFloat16));
        Assert.That(vector.Values.ToArray(), Is.All.Matches<float>(v => (BitConverter.SingleToUInt32Bits(v) & 0xFFFF) == 0));
        vector.Values.Fill(1.0001f);
        vector.CopyTo(module);
        vector.CopyFrom(module);
        Assert.That(vector.Values.ToArray(), Is.All.EqualTo(1f));
    }

    [Test]
    public void Layouts_that_differ_are_told_by_the_first_difference()
    {
        using var module = Network();
        using var wider = Sequential(("conv", Conv2d(1, 2, 3)), ("norm", BatchNorm2d(2)), ("flat", Flatten()), ("out", Linear(9, 3)));
        var vector = ParameterVector.Of(module);
        Assert.That(
            () => vector.CopyTo(wider),
            Throws
                .ArgumentException.With.Message.Contains("position 4")
                .And.Message.Contains("out.weight [3, 9]")
                .And.Message.Contains("[3, 8]")
        );
        Assert.That(() => vector.CopyFrom(wider), Throws.ArgumentException.With.Message.Contains("position 4"));
        Assert.That(
            () => vector.Add(ParameterVector.Of(wider)),
            Throws.ArgumentException.With.Message.Contains("out.weight [3, 8]").And.Message.Contains("[3, 9]")
        );
        using var shorter = Sequential(("conv", Conv2d(1, 2, 3)));
        Assert.That(() => vector.CopyFrom(shorter), Throws.ArgumentException.With.Message.Contains("ends at position 2"));
        Assert.That(() => vector.Slice("x"), Throws.ArgumentException.With.Message.Contains("conv.weight"));
        Assert.That(() => new ParameterVector(Layout(3), new float[2]), Throws.ArgumentException);
        Assert.That(() => ParameterLayout.Create([("a", [1]), ("a", [1])]), Throws.ArgumentException);
        Assert.That(() => ParameterLayout.Create([("a", [-1])]), Throws.ArgumentException);
        using var doubles = Linear(2, 2).to(torch.float64);
        Assert.That(() => ParameterLayout.Of(doubles), Throws.ArgumentException.With.Message.Contains("Float64"));
    }

    [Test]
    public void Nothing_is_left_behind()
    {
        // Made outside: TorchSharp's own initialisation leaves wrappers to the finaliser.
        using var module = Network();
        LiveTensors.AssertNoLeak(() =>
        {
            var vector = ParameterVector.Of(module, includeBuffers: true);
            vector.CopyTo(module);
        });
    }

    // The plain loops beside the vectorised ones: bit for bit where the rounding is stated, else in double precision.
    [Test]
    public void Arithmetic_is_that_of_plain_loops() =>
        Gen.Select(Gen.Float[-10, 10].Array[1, 9000], Gen.Int, Gen.Float[-3, 3])
            .Sample(
                (x, seed, factor) =>
                {
                    var random = RandomStream.Named("vector", $"{seed}");
                    var y = x.Select(_ => (float)random.NextGaussian()).ToArray();
                    var (a, b) = (Vector([.. x]), Vector(y));
                    a.AddScaled(factor, b);
                    var expected = x.Zip(y, (p, q) => q * factor + p).ToArray();
                    var dot = x.Zip(y, (p, q) => (double)p * q).Sum();
                    var size = x.Zip(y, (p, q) => Math.Abs((double)p * q)).Sum();
                    a.CopyFrom(Vector(expected));
                    var distance = Math.Sqrt(expected.Zip(y, (p, q) => Math.Pow((double)p - q, 2)).Sum());
                    return a.Values.SequenceEqual(expected)
                        && Math.Abs(Vector(x).Dot(b) - dot) <= 1e-5 * size + 1e-12
                        && Math.Abs(a.Distance(b) - distance) <= 1e-5 * distance
                        && Math.Abs(Vector(x).Cosine(Vector(x)) - (x.All(v => v == 0) ? 0 : 1)) < 1e-6;
                },
                iter: 100
            );

    [Test]
    public void Weighted_sums_take_the_order_given()
    {
        Gen.Select(Gen.Int[1, 7], Gen.Int[1, 5000], Gen.Int)
            .Sample(
                (count, length, seed) =>
                {
                    var random = RandomStream.Named("sum", $"{seed}");
                    var vectors = Enumerable
                        .Range(0, count)
                        .Select(_ => Vector([.. Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian())]))
                        .ToList();
                    var weights = vectors.Select(_ => random.NextDouble()).ToArray();
                    var (single, wide) = (new float[length], new double[length]);
                    for (var v = 0; v < count; v++)
                    {
                        for (var i = 0; i < length; i++)
                        {
                            var product = (float)weights[v] * vectors[v].Values[i];
                            single[i] += product;
                            wide[i] += weights[v] * vectors[v].Values[i];
                        }
                    }
                    var sum = new ParameterVector(vectors[0].Layout);
                    sum.SetToWeightedSum(vectors, weights);
                    var isSingle = sum.Values.SequenceEqual(single);
                    sum.SetToWeightedSum(vectors, weights, Accumulator.Double);
                    return isSingle && sum.Values.SequenceEqual([.. wide.Select(v => (float)v)]);
                },
                iter: 100
            );
    }

    [Test]
    public void Means_are_made_in_pairs_and_may_go_into_one_of_their_vectors()
    {
        static float Pairwise(ReadOnlySpan<float> x) =>
            x.Length == 1 ? x[0] : Pairwise(x[..((x.Length + 1) / 2)]) + Pairwise(x[((x.Length + 1) / 2)..]);
        for (var count = 1; count <= 33; count++)
        {
            var random = RandomStream.Named("mean", $"{count}");
            var vectors = Enumerable
                .Range(0, count)
                .Select(_ => Vector([.. Enumerable.Range(0, 4100).Select(_ => random.NextSingle())]))
                .ToList();
            var expected = Enumerable.Range(0, 4100).Select(i => Pairwise(vectors.Select(v => v.Values[i]).ToArray()) / count).ToArray();
            vectors[0].SetToMean(vectors);
            Assert.That(vectors[0].Values.ToArray(), Is.EqualTo(expected), $"{count}");
        }
    }

    [Test]
    public void What_cannot_be_averaged_is_refused()
    {
        var one = Vector(1, 2);
        Assert.That(() => one.SetToMean([]), Throws.ArgumentException);
        Assert.That(() => one.SetToMean([one, Vector(1)]), Throws.ArgumentException.With.Message.Contains("a [1]"));
        Assert.That(() => one.SetToWeightedSum([one], [1, 2]), Throws.ArgumentException);
        Assert.That(() => one.SetToWeightedSum([one], [double.NaN]), Throws.ArgumentException.With.Message.Contains("NaN"));
    }

    [Test]
    public void Small_operations_do_what_they_say()
    {
        var a = Vector(1, 2, 3);
        a.Subtract(Vector(1, 1, 1));
        a.Scale(2);
        Assert.That(a.Values.ToArray(), Is.EqualTo([0f, 2, 4]));
        a.Lerp(Vector(4, 4, 4), 0.25f);
        Assert.That(a.Values.ToArray(), Is.EqualTo([1f, 2.5f, 4]));
        Assert.That(Vector(3, 4).Norm(), Is.EqualTo(5));
        Assert.That(Vector(0, 0).Cosine(Vector(1, 1)), Is.Zero);
        var copy = a.Clone();
        copy.Add(a);
        Assert.That(copy.Values[2], Is.EqualTo(8));
        Assert.That(a.Values[2], Is.EqualTo(4));
        Assert.That(a.Layout.Fits(Layout(3)) && !a.Layout.Fits(Layout(4)));
    }
}
