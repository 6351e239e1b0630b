using System.Numerics;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests.Spectral;

public class SpectralFieldTests
{
    [Test]
    public void Fast_scores_stay_within_their_stated_error([Values(3, 17, 64, 1000, 4039)] int modulus, [Values(1, 7, 100, 512)] int length)
    {
        SpectralField field = RandomField(modulus, length, "scores");
        PairScorer scorer = new(field);
        RandomStream stream = TestGraphs.Stream("scores");
        float[] scratch = new float[scorer.ScratchLength];
        for (int i = 0; i < 20; i++)
        {
            int x = stream.NextInt(modulus);
            int[] ys = [.. Enumerable.Range(0, 30).Select(_ => stream.NextInt(modulus)).Order()];
            float[] scores = new float[ys.Length];
            scorer.Score(x, ys, scores, scratch);
            for (int k = 0; k < ys.Length; k++)
            {
                Assert.That(scores[k], Is.EqualTo(field.At(x, ys[k])).Within(scorer.ErrorBound));
                // The bound is for the worst case; in fact single precision does far better.
                Assert.That(scores[k], Is.EqualTo(field.At(x, ys[k])).Within(2e-6 * field.Bound));
            }
        }
    }

    [Test]
    public void The_exact_score_is_the_plain_sum([Values(12, 101)] int modulus)
    {
        Carrier[] carriers = RandomCarriers(modulus, 40, "plain");
        double[] omega = Gaussians(40, "plain");
        SpectralField field = KeyMaterial.OfParts(new FfgOptions(), carriers, omega, modulus).ScoreField();
        for (int x = 0; x < modulus; x++)
        {
            for (int y = 0; y < modulus; y++)
            {
                Assert.That(field.At(x, y), Is.EqualTo(Reference.Score(carriers, omega, modulus, x, y)).Within(1e-11));
                Assert.That(field.At(y, x), Is.EqualTo(field.At(x, y)).Within(1e-12), "symmetric");
            }
        }
    }

    [Test]
    public void Dense_rows_agree_with_the_closed_form_of_delta([Values(20, 21)] int size)
    {
        // All orbits: those of size 1 and 2 too.
        Carrier[] carriers =
        [
            .. Enumerable
                .Range(0, size)
                .SelectMany(u => Enumerable.Range(0, size).Select(v => new Carrier(u, v)))
                .Where(c => (c.U, c.V) != (0, 0) && Orbit.IsRepresentative(c.U, c.V, size)),
        ];
        double[] omega = Gaussians(carriers.Length, "delta");
        SpectralField delta = KeyMaterial.OfParts(new FfgOptions(), carriers, omega, size).DeltaField(300);
        double[,] rows = Rows(delta, size, threads: 2);
        for (int x = 0; x < size; x++)
        {
            for (int y = 0; y < size; y++)
            {
                double expected = Reference.Delta(carriers, omega, 300, size, x, y);
                Assert.That(rows[x, y], Is.EqualTo(expected).Within(1e-12));
                Assert.That(delta.At(x, y), Is.EqualTo(expected).Within(1e-12));
                Assert.That(rows[y, x], Is.EqualTo(rows[x, y]).Within(1e-13));
            }
        }
    }

    [Test]
    public void The_deviation_of_delta_is_as_predicted()
    {
        const int Size = 600;
        // Distinct and without phases, as in the formula.
        Carrier[] carriers = [.. RandomCarriers(Size, 520, "deviation").Select(c => c with { Phase = 0 }).Distinct().Take(512)];
        double total = 0;
        const int Keys = 12;
        for (int key = 0; key < Keys; key++)
        {
            double[] omega = Gaussians(512, $"deviation {key}");
            KeyMaterial material = KeyMaterial.OfParts(new FfgOptions(), carriers, omega, Size);
            double[,] rows = Rows(material.DeltaField(2000), Size, threads: 2);
            double variance = rows.Cast<double>().Sum(v => v * v) / rows.Length;
            // Given the key the variance is known exactly; the prediction is its mean over keys.
            double keyPower = omega.Select((w, i) => w * w * Orbit.Of(carriers[i].U, carriers[i].V, Size).Size).Sum();
            Assert.That(Math.Sqrt(variance), Is.EqualTo(2000 * Math.Sqrt(keyPower) / ((double)Size * Size)).Within(1e-9));
            total += variance / Math.Pow(2000 * material.DeltaDeviation(), 2);
        }
        // The relative deviation of the mean of 12 x 512 squares is sqrt(2/6144) = 1.8 %; of the root 0.9 %: 4 of these.
        Assert.That(Math.Sqrt(total / Keys), Is.EqualTo(1).Within(0.036));
    }

    [Test]
    public void The_waves_of_pairs_are_their_fourier_sums([Values(40, 41)] int size)
    {
        Graph graph = TestGraphs.ErdosRenyi(size, 0.3, "waves");
        (int, int)[] coefficients = [.. RandomCarriers(size, 30, "waves").Select(c => (c.U, c.V))];
        Complex[] values = FourierCoefficients.Evaluate(graph, coefficients);
        double[,] adjacency = Reference.Adjacency(graph);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.That(Complex.Abs(values[i] - Reference.Dft(adjacency, coefficients[i].Item1, coefficients[i].Item2)), Is.LessThan(1e-9));
        }
    }

    [Test]
    public void The_waves_of_few_pairs_are_summed_to_the_same_bits_as_those_of_many()
    {
        Carrier[] carriers = RandomCarriers(50, 20, "few");
        PhasorTable phasors = PhasorTable.OfSize(50);
        ulong[] few = [PositionPair.Pack(3, 49), PositionPair.Pack(7, 20)];
        ulong[] many = [.. Enumerable.Range(0, 40).SelectMany(_ => few)];
        sbyte[] signs = [.. many.Select((_, i) => (sbyte)(i < 2 ? 1 : 0))];
        Assert.That(
            WaveSums.Of(many, signs, carriers, phasors, 1, CancellationToken.None),
            Is.EqualTo(WaveSums.Of(few, null, carriers, phasors, 2, CancellationToken.None))
        );
    }

    [Test]
    public void A_coefficient_outside_the_transform_is_refused()
    {
        Graph graph = TestGraphs.ErdosRenyi(10, 0.5, "outside");
        Assert.That(
            () => FourierCoefficients.Evaluate(graph, [(1, 2), (10, 0)]),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Coefficient 1")
        );
        Assert.That(() => FourierCoefficients.Evaluate(graph, [(1, 2)], transformSize: 9), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static SpectralField RandomField(int modulus, int length, string purpose) =>
        KeyMaterial.OfParts(new FfgOptions(), RandomCarriers(modulus, length, purpose), Gaussians(length, purpose), modulus).ScoreField();

    private static Carrier[] RandomCarriers(int modulus, int length, string purpose)
    {
        RandomStream stream = TestGraphs.Stream("carriers", purpose);
        Carrier[] carriers = new Carrier[length];
        for (int i = 0; i < length; i++)
        {
            Orbit orbit = Orbit.Of(stream.NextInt(modulus), stream.NextInt(modulus), modulus);
            carriers[i] = new Carrier(orbit.U, orbit.V, 2 * Math.PI * stream.NextDouble());
        }
        return carriers;
    }

    private static double[] Gaussians(int count, string purpose)
    {
        double[] values = new double[count];
        TestGraphs.Stream("gaussians", purpose).FillGaussian(values);
        return values;
    }

    private static double[,] Rows(SpectralField field, int size, int threads)
    {
        double[,] rows = new double[size, size];
        new DenseField(field, size).ForEachRow(
            threads,
            () => 0,
            (x, values, _) =>
            {
                for (int y = 0; y < values.Length; y++)
                {
                    rows[x, y] = values[y];
                }
            },
            _ => { },
            null,
            CancellationToken.None
        );
        return rows;
    }
}
