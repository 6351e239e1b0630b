using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>The scores of PCB for one task: exp(m n^2) tanh(x sum), with n the clamped magnitude scaled to [0, 1].</summary>
internal static class PcbScores
{
    public static void Of(
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> sum,
        int tasks,
        float low,
        float high,
        Span<float> clamped,
        Span<float> scores
    )
    {
        float width = high - low;
        Span<float> inner = stackalloc float[Tiles.Elements];
        for (int start = 0; start < values.Length; start += Tiles.Elements)
        {
            int count = Math.Min(Tiles.Elements, values.Length - start);
            ReadOnlySpan<float> x = values.Slice(start, count);
            Span<float> magnitude = clamped.Slice(start, count);
            Span<float> score = scores.Slice(start, count);
            Span<float> competition = inner[..count];
            TensorPrimitives.Abs(x, magnitude);
            TensorPrimitives.Max(magnitude, low, magnitude);
            TensorPrimitives.Min(magnitude, high, magnitude);
            if (width > 0)
            {
                TensorPrimitives.Subtract(magnitude, low, competition);
                TensorPrimitives.Divide(competition, width, competition);
                TensorPrimitives.Multiply(competition, competition, competition);
                TensorPrimitives.Multiply(competition, tasks, competition);
                TensorPrimitives.Exp(competition, competition);
            }
            else
            {
                competition.Clear();
            }
            TensorPrimitives.Multiply(x, sum.Slice(start, count), score);
            TensorPrimitives.Tanh(score, score);
            TensorPrimitives.Multiply(score, competition, score);
            for (int i = 0; i < count; i++)
            {
                magnitude[i] = x[i] == 0 ? 0 : MathF.CopySign(magnitude[i], x[i]);
            }
        }
    }
}
