using ResearchKit.Goldens;
using ResearchKit.Simulation;

namespace ResearchKit.Core.Tests.Simulation;

public class LatencyMatrixTests
{
    private static readonly double[,] Three =
    {
        { 0.02, 10.9, 20 },
        { 11.1, 0, 5.999 },
        { -0.5, 7, 0 },
    };

    [Test]
    public void Delays_are_cut_to_milliseconds_and_nodes_go_round_the_sites()
    {
        LatencyMatrix matrix = LatencyMatrix.FromMilliseconds(Three);
        Assert.That((matrix.Sites, matrix.Clamped), Is.EqualTo((3, 1)));
        Assert.That(matrix[0, 1], Is.EqualTo(VirtualTime.FromMilliseconds(10)));
        Assert.That(matrix[3, 7], Is.EqualTo(matrix[0, 1]));
        Assert.That(matrix[1, 2], Is.EqualTo(VirtualTime.FromMilliseconds(5)));
        Assert.That(matrix[2, 0], Is.EqualTo(VirtualTime.Zero));
        Assert.That(matrix.SiteOf(7), Is.EqualTo(1));
        Assert.That(matrix.Milliseconds(1, 2), Is.EqualTo(5.999));
        Assert.That(matrix.MedianMilliseconds(0), Is.EqualTo(10.9));
        Assert.That((matrix.MostCentralSite(), matrix.MostCentralSite(2)), Is.EqualTo((2, 1)));
        LatencyMatrix exact = LatencyMatrix.FromMilliseconds(Three, new() { Granularity = ClockGranularity.Nanosecond });
        Assert.That(exact[1, 2].Nanoseconds, Is.EqualTo(5_999_000));
        LatencyMatrix uniform = LatencyMatrix.Uniform(4, new(1_234_567));
        Assert.That((uniform[0, 3].Nanoseconds, uniform[2, 2].Nanoseconds), Is.EqualTo((1_234_567, 0)));
        Assert.That(Three[2, 0], Is.EqualTo(-0.5), "the caller's array is untouched");
    }

    [Test]
    public void What_cannot_be_is_refused()
    {
        Assert.That(() => LatencyMatrix.FromMilliseconds(new double[2, 3]), Throws.ArgumentException.With.Message.Contains("square"));
        Assert.That(() => LatencyMatrix.FromMilliseconds(new double[0, 0]), Throws.ArgumentException);
        Assert.That(
            () =>
                LatencyMatrix.FromMilliseconds(
                    new[,]
                    {
                        { double.NaN },
                    }
                ),
            Throws.ArgumentException.With.Message.Contains("from 0 to 0")
        );
        Assert.That(
            () => LatencyMatrix.FromMilliseconds(Three, new() { ClampNegative = false }),
            Throws.ArgumentException.With.Message.Contains("from 2 to 0 is -0.5")
        );
        LatencyMatrix matrix = LatencyMatrix.FromMilliseconds(Three);
        Assert.That(() => matrix[-1, 0], Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => matrix.Milliseconds(0, 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 2"));
        Assert.That(() => matrix.MostCentralSite(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => LatencyMatrix.Uniform(2, new(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [TestCase("0,1\n2,0\n", null)]
    [TestCase("0, 1\n2, 0", null)]
    [TestCase("0,1\n2\n", "line 2")]
    [TestCase("0,1\n", "square")]
    [TestCase("", "square")]
    [TestCase("0,x\n2,0\n", "line 1, column 2")]
    [TestCase("0,1\nNaN,0\n", "line 2, column 1")]
    [TestCase("0,1\n-2,0\n", "line 2, column 1")]
    public async Task A_file_is_read_or_refused_with_the_place(string text, string? complaint)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "latencies.csv");
        await File.WriteAllTextAsync(path, text);
        LatencyMatrixOptions strict = new() { ClampNegative = false };
        if (complaint is null)
        {
            LatencyMatrix matrix = await LatencyMatrix.LoadAsync(path, strict);
            Assert.That(matrix[1, 0], Is.EqualTo(VirtualTime.FromMilliseconds(2)));
        }
        else
        {
            Assert.That(
                async () => await LatencyMatrix.LoadAsync(path, strict),
                Throws.TypeOf<MalformedFileException>().With.Message.Contains(complaint)
            );
        }
    }

    /// <summary>The delays between 227 cities: what is known of the file.</summary>
    [Test]
    public async Task The_published_delays_have_their_known_figures()
    {
        LatencyMatrix matrix = await LatencyMatrix.LoadAsync(GoldenFiles.Data("plexus-traces", "latencies.csv"));
        Assert.That((matrix.Sites, matrix.MostCentralSite()), Is.EqualTo((227, 19)));
        Assert.That(matrix.MostCentralSite(20), Is.EqualTo(19));
        Assert.That(matrix.MostCentralSite(19), Is.Not.EqualTo(19));
        Assert.That(matrix.MedianMilliseconds(19), Is.EqualTo(41.207).Within(5e-4));
        Assert.That(matrix[0, 1], Is.EqualTo(VirtualTime.FromMilliseconds(183)));
        Assert.That(matrix[227, 228], Is.EqualTo(matrix[0, 1]));
        Assert.That(matrix.Clamped, Is.GreaterThanOrEqualTo(1));
    }
}
