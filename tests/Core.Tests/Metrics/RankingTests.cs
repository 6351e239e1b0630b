using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class RankingTests
{
    private static readonly Gen<HashSet<int>> Sets = Gen.Int[0, 9].Array[0, 8].Select(items => items.ToHashSet());

    [Test]
    public void Recall_counts_what_is_found_once()
    {
        HashSet<string> relevant = ["a", "b", "c", "d"];
        Assert.That(Ranking.RecallAtK<string>(["a", "x", "b", "c"], relevant, 3), Is.EqualTo(0.5));
        Assert.That(Ranking.RecallAtK<string>(["a", "a", "a"], relevant, 3), Is.EqualTo(0.25));
        Assert.That(Ranking.RecallAtK<string>(["a"], relevant, 10), Is.EqualTo(0.25));
        Assert.That(Ranking.RecallAtK<string>([], relevant, 1), Is.Zero);
        Assert.That(Ranking.RecallAtK<string>(["a"], new HashSet<string>(), 1), Is.NaN);
    }

    /// <summary>NumPy: ((2**g[:k] - 1) / log2(arange(2, len(g[:k]) + 2))).sum(), of the ranking over that of the sorted grades.</summary>
    [TestCase(1, 1.0)]
    [TestCase(3, 0.8308103365909342)]
    [TestCase(6, 0.7812708867825168)]
    [TestCase(10, 0.7812708867825168)]
    public void Ndcg_as_numpy(int k, double expected) =>
        Assert.That(Ranking.NdcgAtK([3, 2, 3, 0, 1, 2], [2, 3, 0, 3, 1, 3, 2], k), Is.EqualTo(expected).Within(1e-14));

    [Test]
    public void Ndcg_is_one_for_the_best_order_and_never_more() =>
        Gen.Select(Gen.Int[0, 4].Select(g => (double)g).Array[1, 12], Gen.Int[1, 15])
            .Sample(
                (grades, k) =>
                {
                    double[] best = [.. grades.OrderDescending()];
                    if (best[0] == 0)
                    {
                        Assert.That(Ranking.NdcgAtK(grades, grades, k), Is.NaN);
                        return;
                    }

                    Assert.That(Ranking.NdcgAtK(best, grades, k), Is.EqualTo(1).Within(1e-12));
                    Assert.That(Ranking.NdcgAtK(grades, grades, k), Is.InRange(0.0, 1 + 1e-12));
                }
            );

    [Test]
    public void Reciprocal_ranks()
    {
        HashSet<int> relevant = [7, 8];
        Assert.That(Ranking.ReciprocalRank<int>([1, 2, 8, 7], relevant), Is.EqualTo(1 / 3.0));
        Assert.That(Ranking.ReciprocalRank<int>([1, 2], relevant), Is.Zero);
        Assert.That(
            Ranking.MeanReciprocalRank<int>([([7], relevant), ([1, 2, 8], relevant), ([], relevant)]),
            Is.EqualTo((1 + (1 / 3.0)) / 3).Within(1e-15)
        );
        Assert.That(() => Ranking.MeanReciprocalRank<int>([]), Throws.ArgumentException);
    }

    [Test]
    public void Jaccard_is_intersection_over_union() =>
        Gen.Select(Sets, Sets)
            .Sample(
                (a, b) =>
                {
                    double expected = a.Union(b).Any() ? (double)a.Intersect(b).Count() / a.Union(b).Count() : 1;
                    Assert.That(Ranking.Jaccard(a, b), Is.EqualTo(expected));
                    Assert.That(Ranking.Jaccard(b, a), Is.EqualTo(expected));
                }
            );

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(() => Ranking.RecallAtK<int>([1], new HashSet<int>(), 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Ranking.NdcgAtK([-1], [1], 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("grade"));
        Assert.That(() => Ranking.NdcgAtK([1], [double.NaN], 1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
