using System.Diagnostics;
using ResearchKit.Numerics;

namespace ResearchKit.Moe.Tests;

[NonParallelizable]
public class ExpertStoreTests
{
    private static readonly ExpertShape Shape = new(8, 12, ExpertActivation.Relu);

    [Test]
    public void Random_experts_differ_and_are_not_zero()
    {
        using HostExpertStore store = HostExpertStore.Random(2, Shape, RandomStream.Named("store"));
        float[] first = store[0].Values.data<float>().ToArray();
        Assert.That(first.Count(v => v == 0), Is.LessThan(5));
        Assert.That(first, Is.Not.EqualTo(store[1].Values.data<float>().ToArray()));
        Assert.That(first.Take(96).Max(Math.Abs), Is.InRange(0.2f, 1 / MathF.Sqrt(8)));
    }

    [Test]
    public void A_sum_over_slices_is_the_expert_but_for_rounding()
    {
        using HostExpertStore store = HostExpertStore.Random(1, new(64, 100, ExpertActivation.Relu), RandomStream.Named("slices"));
        double[] x = DenseReference.Draw(64, "slice");
        double[] whole = DenseReference.Expert(store, 0, x);
        double[] sum = new double[64];
        for (int rank = 0; rank < 3; rank++)
        {
            HostExpertStore slice = new([store[0].Slice(rank, 3)]);
            using (slice)
            {
                Assert.That(slice.Shape.HiddenWidth, Is.EqualTo(rank == 0 ? 34 : 33), "the first h mod G are one larger");
                sum = [.. sum.Zip(DenseReference.Expert(slice, 0, x), (a, b) => a + b)];
            }
        }

        Assert.That(sum, Is.EqualTo(whole).Within(1e-12));
        Assert.That(whole.Max(Math.Abs), Is.GreaterThan(0.1));
    }

    [Test]
    public void A_throttled_load_takes_its_time_and_can_be_stopped()
    {
        ExpertShape large = new(256, 1024, ExpertActivation.Relu); // 2 MiB
        using HostExpertStore store = HostExpertStore.Random(1, large, RandomStream.Named("throttle"), bytesPerSecond: 20e6);
        using ExpertWeights into = ExpertWeights.Empty(large);
        Stopwatch watch = Stopwatch.StartNew();
        store.Load(0, into);
        Assert.That(watch.Elapsed.TotalSeconds, Is.GreaterThanOrEqualTo(large.Parameters * 4 / 20e6));
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.That(() => store.Load(0, into, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => new HostExpertStore([], null), Throws.ArgumentException);
        Assert.That(() => store.Load(0, ExpertWeights.Empty(Shape)), Throws.ArgumentException.With.Message.Contains("room for"));
    }

    [Test]
    public async Task Weights_come_from_safetensors_and_a_short_file_is_named()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "experts.safetensors");
        float[] up = [.. Enumerable.Range(0, 12 * 8).Select(i => (float)i)];
        float[] down = [.. Enumerable.Range(0, 8 * 12).Select(i => (float)-i)];
        await WriteAsync(path, ("0.up", [12, 8], up), ("0.down", [8, 12], down));
        using (HostExpertStore store = HostExpertStore.FromSafetensors(path, 1, Shape, (e, m) => m == 0 ? $"{e}.up" : $"{e}.down"))
        {
            float[] values = store[0].Values.data<float>().ToArray();
            Assert.That(values[..96], Is.EqualTo(up));
            Assert.That(values[96 + 1], Is.EqualTo(down[12]), "the last matrix is kept transposed");
        }

        MalformedFileException? missing = Assert.Throws<MalformedFileException>(() =>
            HostExpertStore.FromSafetensors(path, 2, Shape, (e, m) => m == 0 ? $"{e}.up" : $"{e}.down")
        );
        Assert.That(missing!.Message, Does.Contain("1.up").And.Contain("384 bytes").And.Contain("no such tensor"));
        await WriteAsync(path, ("0.up", [12, 4], up[..48]), ("0.down", [8, 12], down));
        MalformedFileException? shorter = Assert.Throws<MalformedFileException>(() =>
            HostExpertStore.FromSafetensors(path, 1, Shape, (e, m) => m == 0 ? $"{e}.up" : $"{e}.down")
        );
        Assert.That(shorter!.Message, Does.Contain("384 bytes").And.Contain("192 bytes"));
    }

    private static Task WriteAsync(string path, params (string Name, long[] Shape, float[] Values)[] tensors)
    {
        using FileStream file = File.Create(path);
        using MemoryStream data = new();
        List<string> header = [];
        foreach ((string name, long[] shape, float[] values) in tensors)
        {
            long start = data.Length;
            data.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
            header.Add($"\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(",", shape)}],\"data_offsets\":[{start},{data.Length}]}}");
        }

        byte[] text = System.Text.Encoding.UTF8.GetBytes($"{{{string.Join(",", header)}}}");
        file.Write(BitConverter.GetBytes((long)text.Length));
        file.Write(text);
        file.Write(data.ToArray());
        return Task.CompletedTask;
    }
}
