using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>Drops values at random and scales the rest; a value is kept if its uniform number exceeds p.</summary>
internal sealed class DarePreparation(IReadOnlyList<string> tasks, double dropRate, int seed) : IPreparation
{
    private const int Piece = 4096;

    public void Apply(int task, Block block, int first, Span<float> values)
    {
        float scale = (float)(1 / (1 - dropRate));
        float edge = (float)dropRate;
        Span<float> draws = stackalloc float[Piece];
        foreach (BlockTensor tensor in block.Tensors)
        {
            int from = Math.Max(first, tensor.Offset) - first;
            int to = Math.Min(first + values.Length, tensor.Offset + tensor.Length) - first;
            if (from >= to || dropRate == 0)
            {
                continue;
            }
            RandomStream stream = RandomStream.Named("dare", seed.ToString(CultureInfo.InvariantCulture), tasks[task], tensor.Name);
            stream.Position = (ulong)(tensor.First + first + from - tensor.Offset);
            for (int start = from; start < to; start += Piece)
            {
                int count = Math.Min(Piece, to - start);
                stream.Fill(draws[..count]);
                for (int i = 0; i < count; i++)
                {
                    values[start + i] = draws[i] > edge ? values[start + i] * scale : 0;
                }
            }
        }
    }
}
