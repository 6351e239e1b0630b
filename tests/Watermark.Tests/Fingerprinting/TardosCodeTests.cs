using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests.Fingerprinting;

public class TardosCodeTests
{
    [Test]
    public void The_length_is_the_published_formula()
    {
        // pi^2 c^2 ln(1/eps): 9.8696 * 9 * 13.8155 = 1227.2.
        Assert.That(TardosCode.Length(3, 1e-6), Is.EqualTo(1228));
        Assert.That(TardosCode.Threshold(1e-6), Is.EqualTo(4.753424308822899).Within(1e-9));
        Assert.That(() => TardosCode.Length(0, 0.1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => TardosCode.Length(2, 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("below 1"));
    }

    [Test]
    public void Biases_are_arcsine_distributed_within_the_cut()
    {
        RandomStream random = TestGraphs.Stream("biases");
        double[] biases = TardosCode.Biases(4000, 2, random.NextDouble);
        double least = 1 / 600.0;
        Assert.That(biases, Is.All.InRange(least * (1 - 1e-12), 1 - (least * (1 - 1e-12))));
        double cut = Math.Asin(Math.Sqrt(least));
        Statistically.Fits(biases, p => (Math.Asin(Math.Sqrt(p)) - cut) / ((Math.PI / 2) - (2 * cut)));
    }

    [Test]
    public void The_score_of_a_word_is_the_definition()
    {
        // One position of each kind, by hand: g for (y, x) = (1,1), (1,0), (0,0), (0,1) and one that could not be read.
        double[] p = [0.2, 0.2, 0.2, 0.2, 0.5];
        bool[] word = [true, false, false, true, true];
        bool?[] seen = [true, true, false, false, null];
        double expected = (Math.Sqrt(0.8 / 0.2) - Math.Sqrt(0.2 / 0.8) + Math.Sqrt(0.2 / 0.8) - Math.Sqrt(0.8 / 0.2)) / 2;
        Assert.That(TardosCode.Score(p, word, seen), Is.EqualTo(expected).Within(1e-12));
        Assert.That(TardosCode.Score(p, word, [null, null, null, null, null]), Is.Zero);
        Assert.That(TardosCode.Score([0.2], [true], [true]), Is.EqualTo(2));
        Assert.That(() => TardosCode.Score(p, word, [true]), Throws.ArgumentException.With.Message.Contains("5 positions"));
    }

    [Test]
    public void Innocent_scores_have_mean_0_and_deviation_1()
    {
        RandomStream random = TestGraphs.Stream("innocents");
        double[] biases = TardosCode.Biases(600, 3, random.NextDouble);
        bool?[] pirated = [.. TardosCode.Word(biases, random.NextDouble).Select(b => (bool?)b)];
        double[] scores =
        [
            .. Enumerable.Range(0, 3000).Select(_ => TardosCode.Score(biases, TardosCode.Word(biases, random.NextDouble), pirated)),
        ];
        Statistically.HasMean(0, 1, scores);
        // The variance of a sample variance of near-normal values is 2/n; 5 deviations are 0.13.
        Assert.That(scores.Average(s => s * s), Is.EqualTo(1).Within(0.15));
    }
}
