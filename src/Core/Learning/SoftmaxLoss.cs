using System.Numerics.Tensors;

namespace ResearchKit.Learning;

/// <summary>Cross-entropy of logits in plain code: softmax over two or more, logistic over one (class 1 if positive). For loops that weight rows themselves.</summary>
public static class SoftmaxLoss
{
    /// <summary>The class with the largest logit; the smallest index on a tie. One logit: class 1 if it is positive.</summary>
    public static int Predict(ReadOnlySpan<float> logits) =>
        logits.Length == 1 ? (logits[0] > 0 ? 1 : 0) : TensorPrimitives.IndexOfMax(logits);

    /// <summary>The loss of one row, in nats.</summary>
    /// <param name="logits">The logits of the row, at least one.</param>
    /// <param name="label">Its class, in [0, logits); not checked. One logit: 0 or 1.</param>
    public static double Loss(ReadOnlySpan<float> logits, int label)
    {
        if (logits.Length == 1)
        {
            double logit = label == 1 ? logits[0] : -logits[0];
            return Math.Max(0, -logit) + Log1p(Math.Exp(-Math.Abs(logit)));
        }
        double max = TensorPrimitives.Max(logits);
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - max);
        }
        return Math.Log(sum) + max - logits[label];
    }

    /// <summary>Turns the logits of one row into the gradient of <c>weight x loss</c>.</summary>
    /// <param name="logits">The logits of the row; replaced.</param>
    /// <param name="label">Its class, in [0, logits); not checked.</param>
    /// <param name="weight">The weight of the row.</param>
    /// <returns>The loss of the row without the weight, in nats; several logits are summed in single precision.</returns>
    public static double ToGradient(Span<float> logits, int label, float weight)
    {
        if (logits.Length == 1)
        {
            var loss = Loss(logits, label);
            logits[0] = weight * (1 / (1 + MathF.Exp(-logits[0])) - label);
            return loss;
        }
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), logits);
        var own = logits[label];
        TensorPrimitives.Exp(logits, logits);
        var sum = TensorPrimitives.Sum<float>(logits);
        TensorPrimitives.Multiply(logits, weight / sum, logits);
        logits[label] -= weight;
        return Math.Log(sum) - own;
    }

    // log(1 + x) for x in [0, 1], where the plain sum would lose small x.
    private static double Log1p(double x) => 1 + x is var sum && sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
}
