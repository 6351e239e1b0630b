using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Moe.Tests;

public class SkewModelTests
{
    [Test]
    public void Gini_counts_are_those_of_the_authors_router()
    {
        using JsonDocument golden = GoldenFiles.Json("moe", "gini_router.json");
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            GiniSkew skew = new(c.GetProperty("skew").GetDouble(), c.GetProperty("hotExperts").GetInt32());
            Assert.That(
                skew.Counts(c.GetProperty("tokens").GetInt32(), c.GetProperty("experts").GetInt32()),
                Is.EqualTo(c.GetProperty("counts").EnumerateArray().Select(v => v.GetInt32())),
                $"case {c.GetProperty("id")}"
            );
        }
    }

    [Test]
    public void Random_skews_are_those_of_the_authors_generator()
    {
        using JsonDocument golden = GoldenFiles.Json("moe", "random_gini_seed128.json");
        double[] expected = [.. golden.RootElement.EnumerateArray().Select(v => v.GetDouble())];
        Assert.That(GiniSkew.RandomSkews(expected.Length), Is.EqualTo(expected).Within(1e-15));
    }

    [Test]
    public void The_published_timeline_is_the_sequence_after_three_warm_up_rounds()
    {
        string[] lines = File.ReadAllLines(GoldenFiles.Data("moe-harmoeny", "results", "switch128-policies-timeline-gini-index.csv"));
        double[] published =
        [
            .. lines.Skip(1).Select(l => double.Parse(l.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)),
        ];
        Assert.That(GiniSkew.RandomSkews(183)[3..], Is.EqualTo(published).Within(1e-14));
    }

    // Known answers without ../shared: Python 3, random.Random(128).random() and random.Random(1).random().
    [TestCase(128u, 0.9400340903508457)]
    [TestCase(1u, 0.13436424411240122)]
    public void The_generator_is_Pythons(uint seed, double first) => Assert.That(GiniSkew.RandomSkews(1, seed)[0], Is.EqualTo(first));

    [TestCase(0.5, 1)]
    [TestCase(0.9, 4)]
    public void The_exact_formula_has_the_Gini_index_asked_for(double skew, int hot)
    {
        int[] counts = new GiniSkew(skew, hot, GiniFormula.ExactGini).Counts(1_000_000, 128);
        Assert.That(LoadBalance.Of([.. counts.Select(c => (double)c)]).Gini, Is.EqualTo(skew).Within(1e-4));
        int[] published = new GiniSkew(skew, hot).Counts(1_000_000, 128);
        Assert.That(published[0], Is.GreaterThan(counts[0]));
    }

    [Test]
    public void Multinomial_and_additive_draws_have_their_probabilities()
    {
        const int Experts = 16;
        const int Tokens = 200_000;
        (ISkewModel Model, Func<int, double> P)[] cases =
        [
            (new MultinomialSkew(0.5, 2), e => e < 2 ? 0.25 : 0.5 / 14),
            (new MultinomialSkew(0.9), e => e < 1 ? 0.9 : 0.1 / 15),
            (new AdditiveSkew(0.6, 3), e => e < 3 ? ((1 / 16.0) + 0.6) / 2.8 : 1 / 16.0 / 2.8),
        ];
        foreach ((ISkewModel model, Func<int, double> p) in cases)
        {
            long[] counts = new long[Experts];
            int[] routed = new int[Tokens];
            model.Route(Experts, RandomStream.Named("chi-square", model.Definition), routed);
            foreach (int expert in routed)
            {
                counts[expert]++;
            }

            double[] expected = [.. Enumerable.Range(0, Experts).Select(p)];
            GoodnessOfFitResult fit = GoodnessOfFit.ChiSquare(counts, expected, falseAlarm: 1e-4);
            Assert.That(fit.P, Is.GreaterThan(1e-4), model.Definition);
        }

        int[] none = new int[1000];
        new MultinomialSkew(0).Route(Experts, RandomStream.Named("edge"), none);
        Assert.That(none, Has.None.EqualTo(0), "at alpha = 0 the hot expert gets nothing");
        Assert.That(new AdditiveSkew(0.6, 13).HotShare(128), Is.EqualTo(0.0691).Within(5e-5));
    }

    [Test]
    public void A_skewed_corpus_has_its_share_of_token_0()
    {
        DatasetSkew skew = new(60, 5000);
        int[] tokens = new int[50_000];
        skew.Draw(RandomStream.Named("corpus"), tokens);
        Assert.That(tokens.Count(t => t == 0) / 50_000.0, Is.EqualTo(0.6).Within(0.02));
        Assert.That(tokens, Has.All.InRange(0, 4999));
    }

    [Test]
    public void Wrong_skews_are_refused()
    {
        Assert.That(() => new MultinomialSkew(1.1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new AdditiveSkew(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new GiniSkew(90, 1, GiniFormula.ExactGini), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new GiniSkew(0.5, 4).Counts(100, 8), Throws.ArgumentException.With.Message.Contains("more than 8"));
        Assert.That(new GiniSkew(90).Counts(1000, 60), Is.EqualTo(new GiniSkew(0.9).Counts(1000, 60)), "above 1: per cent");
        Assert.That(() => new MultinomialSkew(0.5, 4).Route(4, RandomStream.Named("x"), new int[3]), Throws.ArgumentException);
    }
}
