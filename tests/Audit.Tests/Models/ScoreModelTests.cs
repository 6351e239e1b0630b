using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Models;

public class ScoreModelTests
{
    private static readonly AuditPopulation People = AcsEmploymentSynth.Draw(6000, RandomStream.Named("models"));

    private static IEnumerable<TestCaseData> Models() =>
        [new TestCaseData(new BoostedTrees(), 2000, 0.22), new TestCaseData(new LogisticModel(), 1000, 0.25)];

    [TestCaseSource(nameof(Models))]
    public void A_model_learns_from_incomplete_rows_and_equal_streams_give_equal_models(
        IScoreModel model,
        int trainingRows,
        double mostError
    )
    {
        int[] train = [.. Enumerable.Range(0, trainingRows)];
        int[] test = [.. Enumerable.Range(4000, 2000)];
        using IScorer scorer = model.Train(People, train, RandomStream.Named("train"));
        double[] scores = scorer.Score(People, test);
        Assert.That(scores, Has.Length.EqualTo(2000).And.All.InRange(0, 1));
        double error = HonestAnswers.Of(scores).Where((m, i) => m != People.Labels.Span[test[i]]).Count() / 2000.0;
        Assert.That(error, Is.LessThan(mostError));
        double meanScore = scores.Average();
        double rate = test.Average(i => (double)People.Labels.Span[i]);
        Assert.That(meanScore, Is.EqualTo(rate).Within(0.06), "calibrated on the whole");
        using IScorer again = model.Train(People, train, RandomStream.Named("train"));
        Assert.That(again.Score(People, test), Is.EqualTo(scores));
        Assert.That(scorer.Score(People, []), Is.Empty);
    }

    [Test]
    public void The_generator_has_the_structure_of_the_task()
    {
        AuditPopulation people = AcsEmploymentSynth.Draw(40_000, RandomStream.Named("structure"));
        byte[] labels = people.Labels.ToArray();
        Assert.That(people.Group.ToArray().Average(g => (double)g), Is.EqualTo(0.118).Within(0.008));
        Assert.That(labels.Average(y => (double)y), Is.EqualTo(0.49).Within(0.012));
        Assert.That(
            TwoGroupFairness.SignedDemographicParity(labels, people.Group.Span),
            Is.EqualTo(0.071).Within(0.035),
            "four standard deviations of 0.0078"
        );
        for (int i = 0; i < 2000; i++)
        {
            ReadOnlySpan<float> row = people.FeaturesOf(i).Span;
            Assert.That(row[0] >= 16 || labels[i] == 0, Is.True, "children do not work");
            Assert.That(float.IsNaN(row[1]), Is.EqualTo(row[0] < 3), "SCHL");
            Assert.That(float.IsNaN(row[5]), Is.EqualTo(row[0] >= 18), "ESP");
            Assert.That(float.IsNaN(row[8]), Is.EqualTo(row[0] < 17), "MIL");
            Assert.That(row[15] != 1, Is.EqualTo(people.Group.Span[i] == 1), "RAC1P");
        }
        AuditPopulation again = AcsEmploymentSynth.Draw(100, RandomStream.Named("structure"));
        Assert.That(again.Features.ToArray(), Is.EqualTo(people.Features[..(100 * 16)].ToArray()));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Scored_faces_err_as_often_as_asked(bool aware)
    {
        ScoredPool faces = ScoredFaces.Draw(
            50_000,
            new ScoredFacesOptions
            {
                Error = 0.1,
                Rate0 = 0.5,
                Rate1 = 0.5,
                GroupAware = aware,
            },
            RandomStream.Named("faces")
        );
        double error = HonestAnswers.Of(faces.Scores.Span).Zip(faces.Labels.ToArray()).Count(p => p.First != p.Second) / 50_000.0;
        Assert.That(error, Is.EqualTo(0.1).Within(0.006));
        Assert.That(faces.Group.ToArray().Average(g => (double)g), Is.EqualTo(0.42).Within(0.01));
    }

    [Test]
    public void Splits_are_disjoint_whole_and_of_the_shares_asked()
    {
        AuditSplit split = AuditSplit.Of(People, 1001, RandomStream.Named("a"), RandomStream.Named("b"));
        Assert.That(split.Pool, Has.Length.EqualTo(1001));
        Assert.That(split.Users, Has.Length.EqualTo(1500), "30 % of 4999, rounded up");
        Assert.That(split.Pool.Concat(split.Train).Concat(split.Users).Order(), Is.EqualTo(Enumerable.Range(0, 6000)));
        AuditSplit imbalanced = split.WithImbalance(People, 0.5, RandomStream.Named("c"));
        int before = split.Train.Count(i => People.Group.Span[i] == 1);
        int after = imbalanced.Train.Count(i => People.Group.Span[i] == 1);
        Assert.That(after, Is.EqualTo(before - (int)Math.Round(0.5 * before)));
        Assert.That(imbalanced.Train.Length - after, Is.EqualTo(split.Train.Length - before), "the others stay");
    }

    [Test]
    public void Two_groups_and_large_groups_are_made_of_many()
    {
        AuditPopulation people = new("x", [1, 2, 3, 4, 5], [0, 1, 0, 1, 1], [1, 2, 2, 1, 3], ["a"], ["0", "1", "2", "3"]);
        Assert.That(people.WithTwoGroups(g => g != 1, "other", "one").Group.ToArray(), Is.EqualTo(new byte[] { 0, 1, 1, 0, 1 }));
        Assert.That(people.WithoutSmallGroups(2).Labels.ToArray(), Is.EqualTo(new byte[] { 0, 1, 0, 1 }));
    }
}
