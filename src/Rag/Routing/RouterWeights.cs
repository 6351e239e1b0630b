using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>The parameters of a trained router, named as in the authors' network: fc1, ln1, fc2, ln2, fc3, each with weight and bias.</summary>
internal static class RouterWeights
{
    public static ParameterLayout Layout(int inputs, int hidden1, int hidden2) =>
        ParameterLayout.Create([
            ("fc1.weight", [hidden1, inputs]),
            ("fc1.bias", [hidden1]),
            ("ln1.weight", [hidden1]),
            ("ln1.bias", [hidden1]),
            ("fc2.weight", [hidden2, hidden1]),
            ("fc2.bias", [hidden2]),
            ("ln2.weight", [hidden2]),
            ("ln2.bias", [hidden2]),
            ("fc3.weight", [1, hidden2]),
            ("fc3.bias", [1]),
        ]);

    /// <summary>The logit of one row of features, plainly: the reference of the folded computation.</summary>
    public static float Logit(ParameterVector parameters, ReadOnlySpan<float> features)
    {
        float[] first = Layer(parameters, "fc1", "ln1", features);
        float[] second = Layer(parameters, "fc2", "ln2", first);
        double sum = parameters.Slice("fc3.bias")[0];
        ReadOnlySpan<float> weights = parameters.Slice("fc3.weight");
        for (int i = 0; i < second.Length; i++)
        {
            sum += weights[i] * second[i];
        }
        return (float)sum;
    }

    /// <summary>Layer normalisation (eps 1e-5) and ReLU, in place.</summary>
    public static void NormalizeAndActivate(Span<float> values, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        float mean = System.Numerics.Tensors.TensorPrimitives.Sum<float>(values) / values.Length;
        System.Numerics.Tensors.TensorPrimitives.Subtract(values, mean, values);
        float variance = System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(values) / values.Length;
        System.Numerics.Tensors.TensorPrimitives.Multiply(values, 1 / MathF.Sqrt(variance + 1e-5f), values);
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(values, weight, bias, values);
        System.Numerics.Tensors.TensorPrimitives.Max(values, 0f, values);
    }

    private static float[] Layer(ParameterVector parameters, string linear, string norm, ReadOnlySpan<float> input)
    {
        ReadOnlySpan<float> weights = parameters.Slice($"{linear}.weight");
        ReadOnlySpan<float> bias = parameters.Slice($"{linear}.bias");
        float[] output = new float[bias.Length];
        for (int unit = 0; unit < output.Length; unit++)
        {
            double sum = bias[unit];
            ReadOnlySpan<float> row = weights.Slice(unit * input.Length, input.Length);
            for (int i = 0; i < input.Length; i++)
            {
                sum += row[i] * input[i];
            }
            output[unit] = (float)sum;
        }
        NormalizeAndActivate(output, parameters.Slice($"{norm}.weight"), parameters.Slice($"{norm}.bias"));
        return output;
    }
}
