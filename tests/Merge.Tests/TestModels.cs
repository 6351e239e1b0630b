using ResearchKit.Numerics;

namespace ResearchKit.Merge.Tests;

/// <summary>Small models on disk, drawn from a stream: a base and fine-tuned ones that share some directions.</summary>
internal static class TestModels
{
    public static readonly (string Name, long[] Shape)[] Layout =
    [
        ("embed.weight", [12, 5]),
        ("layers.0.attn.weight", [8, 6]),
        ("layers.0.attn.bias", [8]),
        ("layers.0.mlp.weight", [6, 8]),
        ("layers.1.attn.weight", [8, 6]),
        ("layers.1.attn.bias", [8]),
        ("layers.1.mlp.weight", [6, 8]),
        ("ln_post.weight", [6]),
    ];

    public static (string, IReadOnlyList<long>)[] Shapes => [.. Layout.Select(t => (t.Name, (IReadOnlyList<long>)t.Shape))];

    public static TaskVectors Draw(int tasks, string seed, Granularity granularity = Granularity.SubLayer)
    {
        BlockDivision division = InferredLayout.Divide(Shapes, granularity);
        return new TaskVectors(
            Names(tasks),
            division.Blocks,
            [.. division.Blocks.Select(block => Vector(RandomStream.Named("merge-tests", seed, "base", block.Name), block.Length, 1))],
            [
                .. Enumerable
                    .Range(0, tasks)
                    .Select(task =>
                        division
                            .Blocks.Select(block =>
                                Vector(RandomStream.Named("merge-tests", seed, $"task-{task}", block.Name), block.Length, 0.1)
                            )
                            .ToArray()
                    ),
            ]
        );
    }

    public static string[] Names(int tasks) => [.. Enumerable.Range(0, tasks).Select(i => $"task-{i}")];

    public static float[] Vector(RandomStream stream, int length, double scale)
    {
        double[] values = new double[length];
        stream.FillGaussian(values);
        return [.. values.Select(v => (float)(scale * v))];
    }

    /// <summary>Writes a base and models as safetensors files; gives their paths, the base first.</summary>
    public static async Task<string[]> WriteAsync(string folder, int tasks, string seed, ElementType type = ElementType.Float32)
    {
        List<string> paths = [];
        foreach (string name in Names(tasks).Prepend("base"))
        {
            string path = Path.Combine(folder, $"{name}.safetensors");
            await SafetensorsWriter.WriteAsync(path, [.. Layout.Select(t => Tensor(t, name, seed, type)), Counter(7)]);
            paths.Add(path);
        }
        return [.. paths];
    }

    public static SafetensorsTensor Counter(long value) =>
        SafetensorsTensor.OfBytes("counter", ElementType.Int64, [1], BitConverter.GetBytes(value));

    public static float[] Values((string Name, long[] Shape) tensor, string owner, string seed)
    {
        int length = (int)tensor.Shape.Aggregate(1L, (a, b) => a * b);
        float[] values = Vector(RandomStream.Named("merge-tests", seed, "base", tensor.Name), length, 1);
        if (owner != "base")
        {
            float[] own = Vector(RandomStream.Named("merge-tests", seed, owner, tensor.Name), length, 0.1);
            float[] common = Vector(RandomStream.Named("merge-tests", seed, "common", tensor.Name), length, 0.1);
            for (int i = 0; i < length; i++)
            {
                values[i] += own[i] + common[i];
            }
        }
        return values;
    }

    private static SafetensorsTensor Tensor((string Name, long[] Shape) tensor, string owner, string seed, ElementType type)
    {
        float[] values = Values(tensor, owner, seed);
        byte[] bytes = new byte[values.Length * type.Bytes()];
        Narrowing.Narrow(type, values, bytes);
        return SafetensorsTensor.OfBytes(tensor.Name, type, tensor.Shape, bytes);
    }
}
