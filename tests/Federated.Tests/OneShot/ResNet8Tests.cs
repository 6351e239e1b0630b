using ResearchKit.Goldens;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Federated.Tests.OneShot;

/// <summary>The paper's network: its shapes, and the bytes that follow from them.</summary>
public class ResNet8Tests
{
    [TestCase(10, "ResNet8_K10")]
    [TestCase(100, "ResNet8_K100")]
    public void Shapes_are_those_of_the_published_class(int classes, string key)
    {
        using var golden = GoldenFiles.Json("fens", "model_sizes.json");
        var expected = golden.RootElement.GetProperty(key);
        var layout = ResNet8.LayoutOf(classes, withUnused: true);
        Assert.That(layout.Length, Is.EqualTo(expected.GetProperty("trainable_params").GetInt32()));
        Assert.That(ResNet8.LayoutOf(classes).Length, Is.EqualTo(expected.GetProperty("trainable_without_linear2_emb").GetInt32()));
        foreach (var layer in expected.GetProperty("layers").EnumerateObject())
        {
            Assert.That(layout[layer.Name].Shape, Is.EqualTo(layer.Value.Ints().Select(axis => (long)axis)), layer.Name);
        }
    }

    [Test]
    public void The_module_has_these_shapes_and_gives_logits()
    {
        Torch.EnsureLoaded();
        using var module = new ResNet8(10, width: 8);
        var layout = ParameterLayout.Of(module);
        Assert.That(
            layout.Entries.Select(entry => (entry.Name, string.Join(',', entry.Shape))).Order(),
            Is.EqualTo(ResNet8.LayoutOf(10, 8).Entries.Select(entry => (entry.Name, string.Join(',', entry.Shape))).Order())
        );
        int[] channels = [8, 8, 8, 16, 16, 16, 32, 32, 32];
        Assert.That(
            ParameterLayout.Of(module, includeBuffers: true).Length - layout.Length,
            Is.EqualTo(channels.Sum(own => 2 * own + 1)),
            "mean, variance and a counter for each normalisation"
        );
        LiveTensors.AssertNoLeak(() =>
        {
            using var images = torch.zeros(2, 3, 32, 32);
            using var logits = module.forward(images);
            Assert.That(logits.shape, Is.EqualTo(new long[] { 2, 10 }));
        });
    }

    [Test]
    public void Bytes_at_paper_scale()
    {
        var model = ResNet8.LayoutOf(10);
        var traffic = new FensTraffic(4L * model.Length, model.Length, 4 * 8450, 20, 500);
        Assert.That(traffic.ModelBytes, Is.EqualTo(19_647_016));
        Assert.That(traffic.AggregatorBytes, Is.EqualTo(33_800));
        Assert.That(traffic.Aggregation, Is.EqualTo(33_800_000));
        Assert.That(traffic.Fens, Is.EqualTo(19_647_016L + 20 * 4_911_754L + 33_800_000));
        Assert.That((double)traffic.Fens / traffic.OneShot, Is.EqualTo(3.86).Within(0.005));
        Assert.That((double)traffic.Fens / traffic.ModelBytes, Is.EqualTo(7.72).Within(0.005));
    }
}
