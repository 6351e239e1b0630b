using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>Checkpoints with the names and shapes of CLIP's vision transformer of any width: a base, and task vectors of three shared directions and noise.</summary>
internal static class SyntheticCheckpoints
{
    private const int Piece = 1 << 16;

    /// <summary>The tensors of a vision transformer of 12 layers.</summary>
    public static IReadOnlyList<(string Name, long[] Shape)> Tensors(int width)
    {
        List<(string, long[])> tensors =
        [
            ("visual.conv1.weight", [width, 3, 32, 32]),
            ("visual.class_embedding", [width]),
            ("visual.positional_embedding", [50, width]),
            ("visual.proj", [width, width * 2 / 3]),
        ];
        foreach (string norm in new[] { "ln_pre", "ln_post" })
        {
            tensors.Add(($"visual.{norm}.weight", [width]));
            tensors.Add(($"visual.{norm}.bias", [width]));
        }
        for (int i = 0; i < 12; i++)
        {
            string layer = string.Create(CultureInfo.InvariantCulture, $"visual.transformer.resblocks.{i}");
            tensors.AddRange([
                ($"{layer}.ln_1.weight", [width]),
                ($"{layer}.ln_1.bias", [width]),
                ($"{layer}.attn.in_proj_weight", [3 * width, width]),
                ($"{layer}.attn.in_proj_bias", [3 * width]),
                ($"{layer}.attn.out_proj.weight", [width, width]),
                ($"{layer}.attn.out_proj.bias", [width]),
                ($"{layer}.ln_2.weight", [width]),
                ($"{layer}.ln_2.bias", [width]),
                ($"{layer}.mlp.c_fc.weight", [4 * width, width]),
                ($"{layer}.mlp.c_fc.bias", [4 * width]),
                ($"{layer}.mlp.c_proj.weight", [width, 4 * width]),
                ($"{layer}.mlp.c_proj.bias", [width]),
            ]);
        }
        return tensors;
    }

    /// <summary>Writes a base and models; gives their paths, the base first.</summary>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        string folder,
        int width,
        int tasks,
        RandomStream stream,
        CancellationToken cancellationToken
    )
    {
        List<string> paths = [];
        for (int task = -1; task < tasks; task++)
        {
            int number = task;
            string path = Path.Combine(
                folder,
                number < 0 ? "base.safetensors" : string.Create(CultureInfo.InvariantCulture, $"task-{number:00}.safetensors")
            );
            await SafetensorsWriter.WriteAsync(
                path,
                Tensors(width)
                    .Select(t => new SafetensorsTensor(
                        t.Name,
                        ElementType.Float32,
                        t.Shape,
                        (to, token) => WriteAsync(to, t, number, stream, token)
                    )),
                cancellationToken: cancellationToken
            );
            paths.Add(path);
        }
        return paths;
    }

    private static async Task WriteAsync(
        Stream to,
        (string Name, long[] Shape) tensor,
        int task,
        RandomStream stream,
        CancellationToken cancellationToken
    )
    {
        long length = tensor.Shape.Aggregate(1L, (a, b) => a * b);
        RandomStream start = stream.Split("base", tensor.Name);
        RandomStream[] directions =
        [
            .. Enumerable.Range(0, 3).Select(i => stream.Split("direction", i.ToString(CultureInfo.InvariantCulture), tensor.Name)),
        ];
        RandomStream noise = stream.Split("noise", task.ToString(CultureInfo.InvariantCulture), tensor.Name);
        float[] shares = new float[3];
        stream.Split("shares", task.ToString(CultureInfo.InvariantCulture)).Fill(shares);
        float[] values = new float[Piece];
        float[] drawn = new float[Piece];
        byte[] bytes = new byte[Piece * sizeof(float)];
        for (long done = 0; done < length; done += Piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(Piece, length - done);
            start.Fill(values.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                values[i] -= 0.5f;
            }
            for (int d = 0; task >= 0 && d < 4; d++)
            {
                (d < 3 ? directions[d] : noise).Fill(drawn.AsSpan(0, count));
                float share = d < 3 ? 0.01f * shares[d] : 0.01f;
                for (int i = 0; i < count; i++)
                {
                    values[i] += share * (drawn[i] - 0.5f);
                }
            }
            Buffer.BlockCopy(values, 0, bytes, 0, count * sizeof(float));
            await to.WriteAsync(bytes.AsMemory(0, count * sizeof(float)), cancellationToken);
        }
    }
}
