using System.Numerics;
using ResearchKit.Graphs;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Watermark.Tests.Spectral;

public class RealFft2DTests
{
    [Test]
    public void Every_small_size_agrees_with_the_definition([Range(1, 64)] int size)
    {
        double[,] image = Noise(size, size, "definition");
        Complex[] spectrum = Forward(image);
        int half = (size / 2) + 1;
        // Large sizes: the definition costs N^2 a coefficient, so a spread of coefficients stands for all of them.
        int step = size <= 16 ? 1 : 5;
        for (int u = 0; u < size; u += step)
        {
            for (int v = 0; v < half; v += step)
            {
                Assert.That(
                    Complex.Abs(spectrum[(u * half) + v] - Reference.Dft(image, u, v)),
                    Is.LessThan(1e-12 * size * size),
                    $"({u}, {v})"
                );
            }
        }
    }

    [TestCase(1, 7)]
    [TestCase(6, 1)]
    [TestCase(5, 8)]
    [TestCase(12, 9)]
    public void Rows_and_columns_may_differ(int rows, int columns)
    {
        double[,] image = Noise(rows, columns, "oblong");
        Complex[] spectrum = Forward(image);
        int half = (columns / 2) + 1;
        for (int u = 0; u < rows; u++)
        {
            for (int v = 0; v < half; v++)
            {
                Assert.That(Complex.Abs(spectrum[(u * half) + v] - Reference.Dft(image, u, v)), Is.LessThan(1e-11));
            }
        }
        double[] back = new double[rows * columns];
        RealFft2D.Inverse(spectrum, rows, columns, back);
        Assert.That(back, Is.EqualTo(image.Cast<double>()).Within(1e-12));
    }

    /// <summary>Primes (101, 4093, 6301) and products of two large primes (4039 = 7 x 577, 5241 = 3 x 1747), where no radix divides the size.</summary>
    [TestCase(101)]
    [TestCase(1024)]
    [TestCase(4039)]
    [TestCase(4093)]
    [TestCase(5241, Category = "Long")]
    [TestCase(6301, Category = "Long")]
    public void Inverse_undoes_forward_and_energy_is_kept_at_awkward_sizes(int size)
    {
        Torch.EnsureLoaded();
        using DisposeScope scope = torch.NewDisposeScope();
        using torch.Generator generator = new(20250206);
        torch.Tensor image = torch.rand([size, size], dtype: torch.float64, generator: generator) - 0.5;
        torch.Tensor spectrum = RealFft2D.Forward(image);
        torch.Tensor back = RealFft2D.Inverse(spectrum, size);
        Assert.That((back - image).abs().max().item<double>(), Is.LessThan(1e-12), "round trip");

        // Parseval: columns 1..(C-1)/2 stand for two.
        torch.Tensor power = spectrum.abs().square().sum([0L]);
        double doubled = power.sum().item<double>() * 2 - power[0].item<double>() - (size % 2 == 0 ? power[size / 2].item<double>() : 0);
        double energy = image.square().sum().item<double>();
        Assert.That(doubled / ((double)size * size), Is.EqualTo(energy).Within(1e-10 * energy), "Parseval");
    }

    [Test]
    public void Linear_shift_and_symmetry_hold()
    {
        const int Size = 45;
        double[,] a = Noise(Size, Size, "a");
        double[,] b = Noise(Size, Size, "b");
        double[,] sum = new double[Size, Size];
        double[,] shifted = new double[Size, Size];
        for (int x = 0; x < Size; x++)
        {
            for (int y = 0; y < Size; y++)
            {
                sum[x, y] = a[x, y] - (2.5 * b[x, y]);
                shifted[(x + 4) % Size, (y + 11) % Size] = a[x, y];
            }
        }
        Complex[] fa = Forward(a);
        Complex[] fb = Forward(b);
        Complex[] fs = Forward(sum);
        Complex[] moved = Forward(shifted);
        int half = (Size / 2) + 1;
        for (int u = 0; u < Size; u++)
        {
            for (int v = 0; v < half; v++)
            {
                int i = (u * half) + v;
                Assert.That(Complex.Abs(fs[i] - (fa[i] - (2.5 * fb[i]))), Is.LessThan(1e-11), "linear");
                Complex turn = Complex.FromPolarCoordinates(1, -2 * Math.PI * ((4 * u) + (11 * v)) / Size);
                Assert.That(Complex.Abs(moved[i] - (fa[i] * turn)), Is.LessThan(1e-11), "shift");
            }
        }
    }

    [Test]
    public void The_spectrum_of_an_adjacency_matrix_is_symmetric_hermitian_and_starts_with_twice_the_edges([Values(30, 31)] int size)
    {
        Graph graph = TestGraphs.ErdosRenyi(size, 0.2, "symmetry");
        Complex[] spectrum = Forward(Reference.Adjacency(graph));
        int half = (size / 2) + 1;
        Complex At(int u, int v) =>
            v < half ? spectrum[(u * half) + v] : Complex.Conjugate(spectrum[((size - u) % size * half) + size - v]);
        Assert.That(At(0, 0).Real, Is.EqualTo(2 * graph.EdgeCount).Within(1e-10));
        for (int u = 0; u < size; u++)
        {
            for (int v = 0; v < size; v++)
            {
                Assert.That(Complex.Abs(At(u, v) - At(v, u)), Is.LessThan(1e-10), "F(v,u) = F(u,v)");
                Complex negative = At((size - u) % size, (size - v) % size);
                Assert.That(Complex.Abs(negative - Complex.Conjugate(At(u, v))), Is.LessThan(1e-10), "F(-u,-v) = conj F(u,v)");
            }
        }
    }

    [Test]
    public void Single_precision_agrees_with_double_and_comes_back([Values(16, 27, 64)] int size)
    {
        double[,] image = Noise(size, size, "single");
        float[] single = [.. image.Cast<double>().Select(v => (float)v)];
        float[] spectrum = new float[2 * size * ((size / 2) + 1)];
        RealFft2D.Forward(single, size, size, spectrum);
        Complex[] exact = Forward(image);
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.That(Complex.Abs(new Complex(spectrum[2 * i], spectrum[(2 * i) + 1]) - exact[i]), Is.LessThan(1e-4));
        }
        float[] back = new float[size * size];
        RealFft2D.Inverse(spectrum, size, size, back);
        Assert.That(back, Is.EqualTo(single).Within(1e-5f));
    }

    [Test]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        double[,] image = Noise(300, 300, "threads");
        int before = Torch.EnsureLoaded().IntraOpThreads;
        try
        {
            Torch.SetThreads(1);
            Complex[] one = Forward(image);
            Torch.SetThreads(2);
            Assert.That(Forward(image), Is.EqualTo(one));
        }
        finally
        {
            Torch.SetThreads(before);
        }
    }

    [Test]
    public void Nothing_is_left_behind()
    {
        Torch.EnsureLoaded();
        double[,] image = Noise(20, 20, "leak");
        Forward(image);
        long before = torch.Tensor.TotalCount;
        for (int i = 0; i < 10; i++)
        {
            double[] back = new double[400];
            RealFft2D.Inverse(Forward(image), 20, 20, back);
        }
        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void Wrong_shapes_are_refused()
    {
        Torch.EnsureLoaded();
        using torch.Tensor vector = torch.zeros(4);
        using torch.Tensor integers = torch.zeros([2, 2], dtype: torch.int32);
        using torch.Tensor half = torch.zeros([4, 3], dtype: torch.complex128);
        Assert.That(() => RealFft2D.Forward(vector), Throws.ArgumentException.With.Message.Contains("[4]"));
        Assert.That(() => RealFft2D.Forward(integers), Throws.ArgumentException.With.Message.Contains("Int32"));
        Assert.That(() => RealFft2D.Inverse(half, 7), Throws.ArgumentException.With.Message.Contains("4 columns, not 3"));
        Assert.That(() => RealFft2D.Forward(new double[9], 3, 4, new Complex[9]), Throws.ArgumentException.With.Message.Contains("3 x 4"));
    }

    private static Complex[] Forward(double[,] image)
    {
        (int rows, int columns) = (image.GetLength(0), image.GetLength(1));
        Complex[] spectrum = new Complex[rows * ((columns / 2) + 1)];
        RealFft2D.Forward([.. image.Cast<double>()], rows, columns, spectrum);
        return spectrum;
    }

    private static double[,] Noise(int rows, int columns, string purpose)
    {
        RandomStream stream = TestGraphs.Stream("fft", purpose);
        double[,] image = new double[rows, columns];
        for (int x = 0; x < rows; x++)
        {
            for (int y = 0; y < columns; y++)
            {
                image[x, y] = stream.NextGaussian();
            }
        }
        return image;
    }
}
