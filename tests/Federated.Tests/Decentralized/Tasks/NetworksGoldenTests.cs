using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Goldens;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using static TorchSharp.torch;

namespace ResearchKit.Federated.Tests.Decentralized.Tasks;

/// <summary>The papers' networks against the published code under PyTorch: outputs, losses and parameters over three steps.</summary>
public class NetworksGoldenTests
{
    [TestCase("cifar10-gnlenet")]
    [TestCase("celeba-cnn")]
    [TestCase("femnist-cnn")]
    public void Outputs_losses_and_parameters(string name)
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "models_forward_sgd.json");
        JsonElement entry = golden.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        Torch.EnsureLoaded();
        using IDisposable pinned = Torch.PinThreads(1);
        bool isCifar = name.StartsWith("cifar", StringComparison.Ordinal);
        using nn.Module<Tensor, Tensor> network =
            isCifar ? new GnLeNet()
            : name.StartsWith("celeba", StringComparison.Ordinal) ? new CelebaCnn()
            : new FemnistCnn();
        ParameterVector parameters = Parameters(entry, network);
        parameters.CopyTo(network);
        (LabeledData rows, long[] shape) = Rows(entry);
        double[] expected = entry.GetProperty("outputsBeforeTraining").Doubles();
        float[] outputs = Outputs(network, rows, shape);
        int classes = entry.GetProperty("classes").GetInt32();
        int listed = expected.Length / rows.Count;
        double[] seen = [.. Enumerable.Range(0, rows.Count).SelectMany(r => outputs.Skip(r * classes).Take(listed)).Select(v => (double)v)];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(seen[i], Is.EqualTo(expected[i]).Within(1e-5 + (1e-4 * Math.Abs(expected[i]))), $"output {i}");
        }

        List<double> losses = [];
        TorchTaskOptions options =
            isCifar ? TorchTaskOptions.Cifar
            : name.StartsWith("celeba", StringComparison.Ordinal) ? TorchTaskOptions.Celeba
            : TorchTaskOptions.Femnist;
        Assert.That(options.LearningRate, Is.EqualTo(entry.GetProperty("lr").GetDouble()));
        Assert.That(options.Momentum, Is.EqualTo(entry.GetProperty("momentum").GetDouble()));
        new Trainer(
            new TrainingOptions
            {
                Optimizer = new() { Kind = OptimizerKind.Sgd, Momentum = options.Momentum },
                Schedule = LearningRateSchedule.Constant(options.LearningRate),
                Steps = 3,
                BatchSize = rows.Count,
                Sampling = BatchSampling.FreshDraw,
                InputShape = options.InputShape,
                Loss = options.Loss,
                StepHook = step => losses.Add(step.Loss),
            }
        ).Train(network, rows, RandomStream.Named("golden"));
        double[] expectedLosses = entry.GetProperty("losses").Doubles();
        for (int i = 0; i < 3; i++)
        {
            double tolerance = isCifar && i > 0 ? 1e-2 : 1e-5 + (1e-4 * Math.Abs(expectedLosses[i]));
            Assert.That(losses[i], Is.EqualTo(expectedLosses[i]).Within(tolerance), $"loss {i}");
        }

        parameters.CopyFrom(network);
        foreach (JsonElement check in entry.GetProperty("parameterChecks").EnumerateArray())
        {
            double[] values = [.. parameters.Slice(check.GetProperty("name").GetString()!).ToArray().Select(v => (double)v)];
            double l2 = check.GetProperty("l2").GetDouble();
            double sum = check.GetProperty("sum").GetDouble();
            Assert.That(
                Math.Sqrt(values.Sum(v => v * v)),
                Is.EqualTo(l2).Within((isCifar ? 1e-3 : 1e-4) * Math.Max(1, Math.Abs(l2))),
                check.ToString()
            );
            if (!isCifar)
            {
                Assert.That(values.Sum(), Is.EqualTo(sum).Within(1e-4 * Math.Max(1, Math.Abs(sum))), check.ToString());
            }
        }
    }

    private static ParameterVector Parameters(JsonElement entry, nn.Module<Tensor, Tensor> network)
    {
        ParameterLayout layout = ParameterLayout.Of(network);
        Assert.That(layout.Length, Is.EqualTo(entry.GetProperty("parameters").GetInt32()));
        Assert.That(4L * layout.Length, Is.EqualTo(entry.GetProperty("float32Bytes").GetInt64()));
        Assert.That(
            layout.Entries.Select(e => string.Join('x', e.Shape)),
            Is.EqualTo(entry.GetProperty("parameterShapes").EnumerateArray().Select(s => string.Join('x', s[1].Ints())))
        );
        ParameterVector parameters = new(layout);
        int k = 0;
        foreach ((ParameterEntry own, JsonElement shape) in layout.Entries.Zip(entry.GetProperty("parameterShapes").EnumerateArray()))
        {
            string published = shape[0].GetString()!;
            // Of the published networks only group normalisation has weights of one dimension.
            float one = own.Shape.Count == 1 && published.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0;
            Span<float> values = parameters.Slice(own.Name);
            for (int i = 0; i < values.Length; i++, k++)
            {
                values[i] = (float)((0.05 * Math.Sin((0.37 * k) + 0.1)) + one);
            }
        }

        return parameters;
    }

    private static (LabeledData Rows, long[] Shape) Rows(JsonElement entry)
    {
        int batch = entry.GetProperty("batch").GetInt32();
        int classes = entry.GetProperty("classes").GetInt32();
        long[] shape = [.. entry.GetProperty("inputShape").Ints().Select(v => (long)v)];
        int length = (int)shape.Aggregate(1L, (a, b) => a * b);
        float[] features = new float[batch * length];
        for (int j = 0; j < features.Length; j++)
        {
            features[j] = (float)Math.Sin((0.011 * j) + entry.GetProperty("inputPhase").GetDouble());
        }

        LabeledDataSchema schema = new() { FeatureShape = [.. shape.Select(v => (int)v)], ClassCount = classes };
        return (LabeledData.Of(features, [.. Enumerable.Range(0, batch).Select(i => ((3 * i) + 1) % classes)], schema), shape);
    }

    private static float[] Outputs(nn.Module<Tensor, Tensor> network, LabeledData rows, long[] shape)
    {
        float[] features = new float[rows.Count * rows.FeatureLength];
        rows.CopyBatch([.. Enumerable.Range(0, rows.Count)], features, new int[rows.Count]);
        using IDisposable still = no_grad();
        using Tensor flat = tensor(features);
        using Tensor inputs = flat.reshape([rows.Count, .. shape]);
        using Tensor outputs = network.forward(inputs);
        return outputs.data<float>().ToArray();
    }
}
