using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Moe.Tests;

/// <summary>The plain layer on one device, in loops: what every lossless path must equal.</summary>
internal static class DenseReference
{
    public static double[] Forward(double[] input, int width, HostExpertStore store, double[] gate, int topK)
    {
        int tokens = input.Length / width;
        double[] output = new double[input.Length];
        for (int token = 0; token < tokens; token++)
        {
            ReadOnlySpan<double> x = input.AsSpan(token * width, width);
            double[] scores = new double[store.Experts];
            for (int expert = 0; expert < scores.Length; expert++)
            {
                scores[expert] = Dot(x, gate.AsSpan(expert * width, width));
            }

            double most = scores.Max();
            double sum = scores.Sum(s => Math.Exp(s - most));
            foreach (int expert in Enumerable.Range(0, scores.Length).OrderByDescending(e => scores[e]).Take(topK))
            {
                double[] y = Expert(store, expert, x);
                for (int i = 0; i < width; i++)
                {
                    output[(token * width) + i] += Math.Exp(scores[expert] - most) / sum * y[i];
                }
            }
        }

        return output;
    }

    public static double[] Expert(HostExpertStore store, int expert, ReadOnlySpan<double> x)
    {
        (int d, int h) = (store.Shape.ModelWidth, store.Shape.HiddenWidth);
        double[] w = [.. store[expert].Values.to(torch.float64).data<double>()];
        double[] y = new double[d];
        for (int row = 0; row < h; row++)
        {
            double first = Dot(x, w.AsSpan(row * d, d));
            double hidden =
                store.Shape.Activation == ExpertActivation.Relu
                    ? Math.Max(0, first)
                    : first / (1 + Math.Exp(-first)) * Dot(x, w.AsSpan((h + row) * d, d));
            ReadOnlySpan<double> down = w.AsSpan((((store.Shape.Matrices - 1) * h) + row) * d, d);
            for (int i = 0; i < d; i++)
            {
                y[i] += hidden * down[i];
            }
        }

        return y;
    }

    public static double[] Draw(int length, string purpose)
    {
        double[] values = new double[length];
        RandomStream.Named("moe-layer", purpose).FillGaussian(values);
        return values;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
