using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data.Generators;

/// <summary>Each statistical assertion has a false-alarm rate of 1e-6 over the choice of the stream.</summary>
[TestFixture]
public sealed class QuestionStreamTests
{
    private static readonly TopicPassages Corpus = new(RandomStream.Named("corpus"));

    private static readonly QuestionStream Stream = new(Corpus, RandomStream.Named("questions"));

    [Test]
    public void PassagesHaveTopicsLengthsAndNamesOfTheirOwn()
    {
        Assert.That(Corpus.Passages, Has.Count.EqualTo(2_000));
        Assert.That(
            Corpus.Passages.Select(static passage => passage.Topic).Take(22),
            Is.EqualTo(Enumerable.Range(0, 22).Select(static i => i % 20))
        );
        Assert.That(Corpus.Passages.Select(static passage => passage.Title), Is.Unique);
        string[][] words = [.. Corpus.Passages.Select(Words)];
        Assert.That(words.Select(static own => own.Length), Has.All.InRange(40, 120));
        // Uniform over 81 lengths: mean 80, variance (81^2 - 1) / 12.
        Statistically.HasMean(80, Math.Sqrt(6_560 / 12.0), [.. words.Select(static own => (double)own.Length)]);
        foreach ((Passage passage, string[] own) in Corpus.Passages.Zip(words))
        {
            string[] title = passage.Title.Split(' ');
            Assert.That(title.Select(name => own.Count(word => word == name)), Is.All.EqualTo(2), passage.Text);
        }

        var again = new TopicPassages(RandomStream.Named("corpus"), new TopicPassagesOptions { Passages = 5 });
        Assert.That(again.Passages, Is.EqualTo(Corpus.Passages.Take(5)));
    }

    [Test]
    public void WordsAreOfTheTopicWithTheirShareAndFollowZipf()
    {
        long[] ranks = new long[100];
        long topical = 0;
        long all = 0;
        Dictionary<string, int>[] ranksOf =
        [
            .. Enumerable.Range(0, 20).Select(topic => Enumerable.Range(0, 100).ToDictionary(rank => Corpus.TopicWord(topic, rank))),
        ];
        foreach (Passage passage in Corpus.Passages)
        {
            Dictionary<string, int> rankOf = ranksOf[passage.Topic];
            string[] title = passage.Title.Split(' ');
            foreach (string word in Words(passage).Where(word => !title.Contains(word)))
            {
                all++;
                if (!rankOf.TryGetValue(word, out int rank))
                    continue;
                ranks[rank]++;
                topical++;
            }
        }

        Statistically.HasProbability(0.35, topical, all);
        var law = new ZipfRanks(100, 1);
        Statistically.Fits(ranks, [.. Enumerable.Range(0, 100).Select(law.Probability)]);
        string[] others =
        [
            .. Enumerable.Range(0, 20).SelectMany(topic => Enumerable.Range(0, 100).Select(rank => Corpus.TopicWord(topic, rank))),
        ];
        Assert.That(others.Concat(Enumerable.Range(0, 2_000).Select(Corpus.CommonWord)), Is.Unique);
        Assert.That(() => Corpus.TopicWord(20, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void AQuestionNamesItsPassage()
    {
        Dictionary<string, Passage> passages = Corpus.Passages.ToDictionary(static passage => passage.Id);
        Assert.That(Stream.Questions, Has.Count.EqualTo(200));
        Assert.That(Stream.Questions.Select(static question => question.PassageId), Is.Unique);
        foreach (Question question in Stream.Questions)
        {
            Passage passage = passages[question.PassageId];
            Assert.That(question.Text, Does.Contain(passage.Title));
            Assert.That(question.Topic, Is.EqualTo(passage.Topic));
        }

        Assert.That(Stream.Ask(5, 2).Text, Is.EqualTo("Answer this now please : " + Stream.Questions[5].Text));
        Assert.That(Stream.Ask(5, 3).Text, Is.EqualTo(Stream.Questions[5].Text));
        Assert.That(() => Stream.Ask(200, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Stream.Ask(0, 4), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new QuestionStream(Corpus, RandomStream.Named("x"), new QuestionStreamOptions { Questions = 2_001 }),
            Throws.ArgumentException
        );
    }

    [Test]
    public void EachVariantComesOnceInASeededOrder()
    {
        IReadOnlyList<AskedQuestion> once = Stream.EachOnce(RandomStream.Named("order", "42"));
        Assert.That(once, Has.Count.EqualTo(800));
        Assert.That(once, Is.Unique);
        Assert.That(Stream.EachOnce(RandomStream.Named("order", "42")), Is.EqualTo(once));
        Assert.That(Stream.EachOnce(RandomStream.Named("order", "43")), Is.Not.EqualTo(once));
    }

    [TestCase(0)]
    [TestCase(0.627)]
    [TestCase(1.2)]
    public void RepetitionFollowsZipfAndVariantsAreUniform(double exponent)
    {
        RandomStream stream = RandomStream.Named("repeat", $"{exponent}");
        AskedQuestion[] asked = [.. Stream.Repeat(40_000, exponent, stream)];
        stream.Position = 0;
        int[] questionOfRank = stream.Permutation(200);
        var law = new ZipfRanks(200, exponent);
        var counts = new long[200];
        var variants = new long[4];
        foreach (AskedQuestion one in asked)
        {
            counts[one.Question]++;
            variants[one.Variant]++;
        }

        Statistically.Fits([.. questionOfRank.Select(question => counts[question])], [.. Enumerable.Range(0, 200).Select(law.Probability)]);
        Statistically.IsUniform(variants);
        Assert.That(() => Stream.Repeat(1, -1, stream), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static string[] Words(Passage passage) => passage.Text.ToLowerInvariant().Replace(".", "").Split(' ');
}
