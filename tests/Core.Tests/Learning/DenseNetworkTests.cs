using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace ResearchKit.Core.Tests.Learning;

public class DenseNetworkTests
{
    [OneTimeSetUp]
    public void LoadTorch() => Torch.EnsureLoaded();

    private static torch.nn.Module<torch.Tensor, torch.Tensor> Module(int[] sizes, DenseActivation activation)
    {
        var layers = new List<(string, torch.nn.Module<torch.Tensor, torch.Tensor>)>();
        for (var i = 0; i < sizes.Length - 1; i++)
        {
            layers.Add(($"{i}", Linear(sizes[i], sizes[i + 1])));
            if (i < sizes.Length - 2)
            {
                layers.Add(
                    (
                        $"a{i}",
                        activation switch
                        {
                            DenseActivation.Relu => ReLU(),
                            DenseActivation.Tanh => Tanh(),
                            _ => Sigmoid(),
                        }
                    )
                );
            }
        }
        return Sequential(layers);
    }

    // Five steps of momentum SGD in plain code and in torch, from the same start on the same batches.
    [Test]
    public void It_equals_the_torch_module(
        [Values] DenseActivation activation,
        [Values("32-48-10", "7-5-4-3", "6-9-1", "5-2")] string shape
    )
    {
        int[] sizes = [.. shape.Split('-').Select(int.Parse)];
        var network = new DenseNetwork(sizes, activation);
        var vector = network.Initialize(RandomStream.Named("dense", shape));
        using var module = Module(sizes, activation);
        vector.CopyTo(module);
        var data = new Blobs(60, sizes[0], Math.Max(2, sizes[^1]));
        using var optimizer = torch.optim.SGD(module.parameters(), 0.1, 0.9, 0, 0.01);
        var workspace = network.CreateWorkspace(12);
        var (gradient, velocity) = (new float[network.ParameterCount], new float[network.ParameterCount]);
        var (features, labels) = (new float[12 * sizes[0]], new int[12]);
        for (var step = 0; step < 5; step++)
        {
            data.CopyBatch([.. Enumerable.Range(12 * step, 12)], features, labels);
            var loss = network.LossAndGradient(vector.Values, features, labels, gradient, workspace);
            optimizer.zero_grad();
            using var inputs = torch.tensor(features, [12, sizes[0]]);
            using var outputs = module.forward(inputs);
            using var targets = torch.tensor(labels.Select(l => (long)l).ToArray());
            using var flat = outputs.reshape(-1);
            using var floats = targets.to(torch.float32);
            using var expected =
                sizes[^1] == 1
                    ? torch.nn.functional.binary_cross_entropy_with_logits(flat, floats)
                    : torch.nn.functional.cross_entropy(outputs, targets);
            expected.backward();
            Assert.That(loss, Is.EqualTo(expected.item<float>()).Within(1e-5));
            var wanted = module.parameters().SelectMany(p => p.grad!.data<float>().ToArray()).ToArray();
            Assert.That(gradient, Is.EqualTo(wanted).Within(1e-5));
            optimizer.step();
            DenseNetwork.SgdStep(vector.Values, gradient, 0.1, velocity, 0.9, 0.01);
            Assert.That(vector.Values.ToArray(), Is.EqualTo(ParameterVector.Of(module).Values.ToArray()).Within(1e-5));
        }
    }

    [Test]
    public void Many_models_at_once_are_each_as_alone()
    {
        var network = new DenseNetwork([4, 6, 3]);
        var data = new Blobs(30, 4, 3);
        var (features, labels) = (new float[30 * 4], new int[30]);
        data.CopyBatch([.. Enumerable.Range(0, 30)], features, labels);
        var workspace = network.CreateWorkspace(10);
        var models = Enumerable.Range(0, 3).Select(m => network.Initialize(RandomStream.Named("model", $"{m}"))).ToArray();
        var size = network.ParameterCount;
        foreach (var isShared in new[] { false, true })
        {
            float[] parameters = isShared ? [.. models[0].Values] : [.. models.SelectMany(m => m.Values.ToArray())];
            var (gradients, losses) = (new float[3 * size], new double[3]);
            network.LossesAndGradients(parameters, features, labels, gradients, losses, workspace);
            for (var m = 0; m < 3; m++)
            {
                var gradient = new float[size];
                var loss = network.LossAndGradient(
                    models[isShared ? 0 : m].Values,
                    features.AsSpan(40 * m, 40),
                    labels.AsSpan(10 * m, 10),
                    gradient,
                    workspace
                );
                Assert.That(losses[m], Is.EqualTo(loss));
                Assert.That(gradients[(m * size)..((m + 1) * size)], Is.EqualTo(gradient));
            }
        }
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        var network = new DenseNetwork([32, 48, 10]);
        var vector = network.Initialize(RandomStream.Named("a"));
        var workspace = network.CreateWorkspace(20);
        var (inputs, labels, gradient) = (new float[20 * 32], new int[20], new float[network.ParameterCount]);
        void Step()
        {
            network.LossAndGradient(vector.Values, inputs, labels, gradient, workspace);
            DenseNetwork.SgdStep(vector.Values, gradient, 0.1);
        }
        Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        var network = new DenseNetwork([2, 3]);
        var workspace = network.CreateWorkspace(2);
        var gradient = new float[9];
        Assert.That(() => new DenseNetwork([2]), Throws.ArgumentException);
        Assert.That(() => new DenseNetwork([2, 0]), Throws.ArgumentException);
        Assert.That(
            () => network.LossAndGradient(new float[8], new float[2], [0], gradient, workspace),
            Throws.ArgumentException.With.Message.Contains("9")
        );
        Assert.That(
            () => network.LossAndGradient(new float[9], new float[2], [3], gradient, workspace),
            Throws.ArgumentException.With.Message.Contains("0 to 2")
        );
        Assert.That(
            () => network.LossAndGradient(new float[9], new float[6], [0, 0, 0], gradient, workspace),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
        Assert.That(() => DenseNetwork.SgdStep(gradient, gradient, 0.1, [], 0.9), Throws.ArgumentException);
    }
}
