using ResearchKit.Learning;
using ResearchKit.Numerics;
using static TorchSharp.torch.nn;

namespace ResearchKit.Core.Tests.Learning;

public class InitializersTests
{
    private static float[] Draw(Action<float[]> fill)
    {
        var values = new float[100_000];
        fill(values);
        return values;
    }

    // Bounds are exact; moments within 6 standard errors (false alarm 2e-9 each).
    [TestCase("uniform", 0.1, 0.1 / 1.7320508)]
    [TestCase("kaiming", 0.244949, 0.244949 / 1.7320508)]
    [TestCase("xavier", 0.2, 0.2 / 1.7320508)]
    [TestCase("kaiming normal", 100, 0.1414214)]
    [TestCase("xavier normal", 100, 0.1154701)]
    public void They_have_their_bounds_and_deviations(string name, double bound, double deviation)
    {
        var random = RandomStream.Named("init", name);
        var values = Draw(to =>
        {
            switch (name)
            {
                case "uniform":
                    Initializers.Uniform(to, 100, random);
                    break;
                case "kaiming":
                    Initializers.KaimingUniform(to, 100, random);
                    break;
                case "xavier":
                    Initializers.XavierUniform(to, 100, 50, random);
                    break;
                case "kaiming normal":
                    Initializers.KaimingNormal(to, 100, random);
                    break;
                default:
                    Initializers.XavierNormal(to, 100, 50, random);
                    break;
            }
        });
        Assert.That(values.Max(Math.Abs), Is.LessThanOrEqualTo(bound * 1.000001));
        Assert.That(values.Average(), Is.EqualTo(0).Within(6 * deviation / Math.Sqrt(1e5)));
        Assert.That(Math.Sqrt(values.Average(v => (double)v * v)), Is.EqualTo(deviation).Within(6 * deviation / Math.Sqrt(1e5)));
    }

    [Test]
    public void Fans_are_pytorchs()
    {
        Assert.That(Initializers.Fans([64, 3, 5, 5]), Is.EqualTo((75L, 1600L)));
        Assert.That(Initializers.Fans([1, 20, 1]), Is.EqualTo((20L, 1L)));
        Assert.That(() => Initializers.Fans([3]), Throws.ArgumentException);
        Assert.That(() => Initializers.Uniform(new float[1], 0, RandomStream.Named("x")), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_module_is_initialised_by_the_names_of_its_tensors()
    {
        Torch.EnsureLoaded();
        using var one = Sequential(("conv", Conv2d(3, 4, 5)), ("norm", BatchNorm2d(4)), ("group", GroupNorm(2, 4)), ("out", Linear(16, 2)));
        using var more = Sequential(("first", Linear(2, 2)), ("out", Linear(16, 2)));
        Initializers.Initialize(one, RandomStream.Named("m"));
        Initializers.Initialize(more, RandomStream.Named("m"));
        var vector = ParameterVector.Of(one);
        Assert.That(vector.Slice("out.weight").ToArray(), Is.EqualTo(ParameterVector.Of(more).Slice("out.weight").ToArray()));
        Assert.That(vector.Slice("conv.bias").ToArray().Max(Math.Abs), Is.LessThanOrEqualTo(1 / Math.Sqrt(75)));
        Assert.That(vector.Slice("out.weight").ToArray().Max(Math.Abs), Is.LessThanOrEqualTo(0.25).And.GreaterThan(0.2));
        Assert.That(vector.Slice("norm.weight").ToArray().Concat(vector.Slice("group.weight").ToArray()), Is.All.EqualTo(1));
        Assert.That(vector.Slice("norm.bias").ToArray(), Is.All.Zero);
        using var unknown = Sequential(("gru", Linear(2, 2)), ("prelu", PReLU(1)));
        Assert.That(
            () => Initializers.Initialize(unknown, RandomStream.Named("m")),
            Throws.ArgumentException.With.Message.Contains("prelu.weight")
        );
    }
}
