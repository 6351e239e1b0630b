using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data.Generators;

/// <summary>Each statistical assertion has a false-alarm rate of 1e-6 over the choice of the stream, where not said otherwise.</summary>
[TestFixture]
public sealed class LabeledGeneratorsTests
{
    private static readonly Func<RandomStream, LabeledGenerator>[] All =
    [
        static stream => new TanhMixture(stream),
        static stream => new SyntheticImages(stream),
        static stream => new SyntheticWriters(stream),
        static stream => new TabularClients(stream),
    ];

    [TestCaseSource(nameof(All))]
    public void TheSameStreamsGiveTheSameRows(Func<RandomStream, LabeledGenerator> make)
    {
        LabeledData first = make(RandomStream.Named("world")).Generate(20, RandomStream.Named("rows"), 1);
        LabeledData same = make(RandomStream.Named("world")).Generate(20, RandomStream.Named("rows"), 1);
        LabeledData otherRows = make(RandomStream.Named("world")).Generate(20, RandomStream.Named("others"), 1);
        LabeledData otherWorld = make(RandomStream.Named("another")).Generate(20, RandomStream.Named("rows"), 1);
        Assert.That(Features(same), Is.EqualTo(Features(first)));
        Assert.That(Features(otherRows), Is.Not.EqualTo(Features(first)));
        Assert.That(Features(otherWorld), Is.Not.EqualTo(Features(first)));
        Assert.That(Features(first), Has.All.InRange(-1e4f, 1e4f));
    }

    [TestCaseSource(nameof(All))]
    public void MoreClientsLeaveTheFirstOnesAsTheyAre(Func<RandomStream, LabeledGenerator> make)
    {
        LabeledGenerator generator = make(RandomStream.Named("world"));
        IReadOnlyList<LabeledData> two = generator.GenerateClients(2, 10, RandomStream.Named("clients"), 0.1);
        IReadOnlyList<LabeledData> four = generator.GenerateClients(4, 10, RandomStream.Named("clients"), 0.1);
        Assert.That(Features(four[1]), Is.EqualTo(Features(two[1])));
        Assert.That(four[1].Labels.ToArray(), Is.EqualTo(two[1].Labels.ToArray()));
        Assert.That(Features(four[0]), Is.Not.EqualTo(Features(four[1])));
    }

    [TestCaseSource(nameof(All))]
    public void LabelsAreThoseAskedForAndWrongOnesAreRefused(Func<RandomStream, LabeledGenerator> make)
    {
        LabeledGenerator generator = make(RandomStream.Named("world"));
        int last = generator.ClassCount - 1;
        LabeledData data = generator.Generate([last, 0, last], RandomStream.Named("rows"));
        Assert.That(data.Labels.ToArray(), Is.EqualTo(new[] { last, 0, last }));
        Assert.That((data.ClassCount, data.Schema.FeatureShape), Is.EqualTo((generator.ClassCount, data.Schema.FeatureShape)));
        Assert.That(() => generator.Generate([last + 1], RandomStream.Named("rows")), Throws.ArgumentException);
        Assert.That(() => generator.Generate([0], RandomStream.Named("rows"), -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => generator.GenerateClients(0, 1, RandomStream.Named("rows")), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void LabelsAreUniformOrSkewed()
    {
        var generator = new TanhMixture(RandomStream.Named("world"));
        int[] counts = generator.Generate(20_000, RandomStream.Named("rows")).ClassCounts();
        Statistically.IsUniform(Array.ConvertAll(counts, static count => (long)count));
        // Dirichlet(0.1) over 10 classes: the expected sum of squared shares is (1 + alpha) / (1 + 10 alpha) = 0.55; of one client it varies by less than 0.3.
        IReadOnlyList<LabeledData> clients = generator.GenerateClients(300, 200, RandomStream.Named("clients"), 0.1);
        double[] squares =
        [
            .. clients.Select(static client => client.ClassCounts().Sum(static count => count * (count - 1.0)) / (200.0 * 199)),
        ];
        Statistically.HasMean(0.55, 0.3, squares);
    }

    [Test]
    public void TheMixtureIsAsSpecified()
    {
        // Without latent noise a class shows exactly its modes, equally often; everything lies in (-1, 1).
        var exact = new TanhMixture(RandomStream.Named("world"), new TanhMixtureOptions { LatentNoise = 0 });
        LabeledData rows = exact.Generate(new int[3_000], RandomStream.Named("rows"));
        long[] modes = [.. Rows(rows).GroupBy(static row => row[0]).Select(static group => (long)group.Count())];
        Assert.That(modes, Has.Length.EqualTo(3));
        Statistically.IsUniform(modes);
        Assert.That(Features(rows), Has.All.InRange(-1f, 1f));

        // Before the tanh a feature is z W + b: over many worlds a row of a class has mean 0 and variance 1.6^2 + 1 + 0.3^2 in each feature.
        double[] before =
        [
            .. Enumerable
                .Range(0, 2_000)
                .Select(static i =>
                    Math.Atanh(
                        Features(
                            new TanhMixture(RandomStream.Named("w", $"{i}"), new TanhMixtureOptions { Features = 1 }).Generate(
                                [0],
                                RandomStream.Named("r", $"{i}")
                            )
                        )[0] * (1 - 1e-9)
                    )
                )
                .Where(double.IsFinite),
        ];
        Statistically.HasMean(0, Math.Sqrt(2.56 + 1 + 0.09), before);
        double[] squares = [.. before.Select(static value => value * value)];
        // The kurtosis of a product of Gaussians summed over 12 dimensions is 3 + 6/12 at most, so a square has a standard deviation below 1.6 times its mean.
        Statistically.HasMean(3.65, 1.6 * 3.65, squares);
    }

    [Test]
    public void ImagesAreShiftedMirroredPrototypesWithNoise()
    {
        var options = new SyntheticImagesOptions
        {
            Noise = 0,
            MaxShift = 0,
            FlipProbability = 0,
            ContrastSpread = 0,
            Prototypes = 3,
        };
        var still = new SyntheticImages(RandomStream.Named("world"), options);
        float[][] prototypes = [.. Rows(still.Generate(new int[60], RandomStream.Named("rows"))).DistinctBy(static row => row[0])];
        Assert.That(prototypes, Has.Length.EqualTo(3));
        // No wave is constant, so each plane has mean 0; six of amplitude 1 with random phases have the variance 3, less or more where directions coincide.
        foreach (float[] plane in prototypes.SelectMany(static row => row.Chunk(1_024)))
        {
            Assert.That(plane.Average(), Is.EqualTo(0).Within(1e-4));
            Assert.That(plane.Average(static value => (double)value * value), Is.InRange(0.3, 18));
        }

        var moved = new SyntheticImages(RandomStream.Named("world"), options with { MaxShift = 3, FlipProbability = 0.5 });
        float[][] rows = [.. Rows(moved.Generate(new int[2_000], RandomStream.Named("rows")))];
        float[] prototype = prototypes[0];
        long same = 0;
        var shifts = new Dictionary<(int, int, bool), long>();
        foreach (float[] row in rows)
        {
            for (int place = 0; place < 98; place++)
            {
                (int dx, int dy, bool flips) = (place % 7 - 3, place / 7 % 7 - 3, place >= 49);
                if (!Matches(row, prototype, dx, dy, flips))
                    continue;
                same++;
                shifts[(dx, dy, flips)] = shifts.GetValueOrDefault((dx, dy, flips)) + 1;
            }
        }

        Statistically.HasProbability(1.0 / 3, same, 2_000);
        Statistically.IsUniform([.. shifts.Values]);
        Assert.That(shifts, Has.Count.EqualTo(98));
    }

    [Test]
    public void NoiseContrastAndStylesAreAsSpecified()
    {
        var flat = new SyntheticImages(RandomStream.Named("world"), new SyntheticImagesOptions { Amplitude = 0 });
        double[] noise = [.. Features(flat.Generate(10, RandomStream.Named("rows"))).Select(static value => (double)value)];
        Statistically.Fits(noise, static value => 1 - StandardNormal.UpperTail(value / 0.6));
        double[] means =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(client =>
                    Features(flat.Generate([0], RandomStream.Named("rows"), client)).Take(1_024).Average(static value => (double)value)
                ),
        ];
        // A client's brightness is N(0, 0.5^2); the mean of its noise adds 0.6 / 32 times the gain.
        Statistically.Fits(means, static value => 1 - StandardNormal.UpperTail(value / Math.Sqrt(0.25 + 0.0005)));
        LabeledData plain = flat.Generate([0], RandomStream.Named("rows"));
        Assert.That(Features(plain).Average(), Is.EqualTo(0).Within(0.1));
    }

    [Test]
    public void FacesAndWritersHaveTheirShapes()
    {
        Assert.That(
            new SyntheticImages(RandomStream.Named("w"), SyntheticImagesOptions.Faces).Generate([1], RandomStream.Named("r")).FeatureLength,
            Is.EqualTo(3 * 84 * 84)
        );
        LabeledData glyphs = new SyntheticWriters(RandomStream.Named("w")).Generate(62, RandomStream.Named("r"));
        Assert.That((glyphs.ClassCount, glyphs.FeatureLength), Is.EqualTo((62, 784)));
        Assert.That(Features(glyphs), Has.All.InRange(0f, 1f));
        Assert.That(Features(glyphs).Count(static value => value > 0.5f) / (62.0 * 784), Is.InRange(0.03, 0.4));
    }

    [Test]
    public void OwnGlyphsAreNearerThanOthersAndAWriterNearerToItself()
    {
        var generator = new SyntheticWriters(RandomStream.Named("w"), new SyntheticWritersOptions { Classes = 10 });
        int[] labels = [.. Enumerable.Range(0, 100).Select(static row => row % 10)];
        float[][] here = [.. Rows(generator.Generate(labels, RandomStream.Named("a"), 1))];
        float[][] again = [.. Rows(generator.Generate(labels, RandomStream.Named("b"), 1))];
        float[][] elsewhere = [.. Rows(generator.Generate(labels, RandomStream.Named("b"), 2))];
        Assert.That(NearestIsOfItsClass(here, again), Is.GreaterThan(0.95));
        double own = here.Zip(again, Distance).Average();
        double other = here.Zip(elsewhere, Distance).Average();
        Assert.That(own, Is.LessThan(0.8 * other));

        double NearestIsOfItsClass(float[][] from, float[][] to) =>
            Enumerable
                .Range(0, 100)
                .Average(i => labels[Enumerable.Range(0, 100).MinBy(j => Distance(from[i], to[j]))] == labels[i] ? 1.0 : 0);
    }

    [Test]
    public void SitesHaveTheirSizesRatesAndShifts()
    {
        var options = new TabularClientsOptions { Sites = [new("a", 4_000, 0.3), new("b", 5_000, 0.9)] };
        var generator = new TabularClients(RandomStream.Named("w"), options);
        IReadOnlyList<LabeledData> sites = generator.GenerateSites(RandomStream.Named("r"));
        Assert.That(sites.Select(static site => site.Count), Is.EqualTo(new[] { 4_000, 5_000 }));
        Statistically.HasProbability(0.3, sites[0].ClassCounts()[1], 4_000);
        Statistically.HasProbability(0.9, sites[1].ClassCounts()[1], 5_000);
        float[][] second = [.. Rows(sites[1])];
        Assert.That(Enumerable.Range(0, 13).Count(i => second.All(row => row[i] == 0)), Is.EqualTo(1));
        Assert.That(
            new TabularClients(RandomStream.Named("w")).GenerateSites(RandomStream.Named("r")).Select(static site => site.Count),
            Is.EqualTo(new[] { 303, 261, 46, 130 })
        );
        Assert.That(() => generator.Generate([0], RandomStream.Named("r"), 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new TabularClients(RandomStream.Named("w"), new TabularClientsOptions { Features = 3 }),
            Throws.ArgumentException
        );
    }

    [Test]
    public void TheBestLinearRuleOfTheTableIsRightAsOftenAsTheSeparationSays()
    {
        // Phi(1.7 / 2) = 0.8023 along the line through the class means, which 40,000 rows estimate to within a few hundredths: accuracy within 0.01.
        var generator = new TabularClients(RandomStream.Named("w"));
        LabeledData train = generator.Generate(40_000, RandomStream.Named("train"));
        LabeledData test = generator.Generate(40_000, RandomStream.Named("test"));
        var means = new double[2][] { new double[13], new double[13] };
        int[] counts = train.ClassCounts();
        foreach ((float[] row, int label) in Rows(train).Zip(train.Labels.ToArray()))
        {
            for (int i = 0; i < 13; i++)
                means[label][i] += row[i] / (double)counts[label];
        }

        double right = Rows(test)
            .Zip(test.Labels.ToArray())
            .Average(pair =>
            {
                double side = 0;
                for (int i = 0; i < 13; i++)
                    side += (means[1][i] - means[0][i]) * (pair.First[i] - (means[0][i] + means[1][i]) / 2);
                return side > 0 == (pair.Second == 1) ? 1.0 : 0;
            });
        Assert.That(right, Is.EqualTo(0.8023).Within(0.012));
    }

    [Test]
    public void OptionsOutOfRangeAreRefused()
    {
        Assert.That(() => new TanhMixtureOptions { Classes = 1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TanhMixtureOptions { LatentNoise = double.NaN }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SyntheticImagesOptions { FlipProbability = 1.1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SyntheticWritersOptions { Side = 4 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TabularClientsOptions { Sites = [] }, Throws.ArgumentException);
        Assert.That(() => new TabularClientsOptions { Sites = [new("a", 1, 1.5)] }, Throws.ArgumentException);
    }

    private static float[] Features(LabeledData data) => [.. Rows(data).SelectMany(static row => row)];

    private static IEnumerable<float[]> Rows(LabeledData data) =>
        Enumerable
            .Range(0, data.Count)
            .Select(row =>
            {
                var features = new float[data.FeatureLength];
                data.CopyRow(row, features);
                return features;
            });

    private static bool Matches(float[] row, float[] prototype, int dx, int dy, bool flips)
    {
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                int from = (y - dy + 32) % 32 * 32 + ((flips ? 31 - x : x) - dx + 32) % 32;
                if (row[y * 32 + x] != prototype[from])
                    return false;
            }
        }

        return true;
    }

    private static double Distance(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (double)(a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
