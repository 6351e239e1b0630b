using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Questions about the passages of a corpus, and streams of them as users ask: a few questions again and again, by Zipf's law, each time in one of several wordings that differ
/// by a prefix. A question names the two names of its passage and words of its topic, so that the passage is its gold answer.
/// </summary>
/// <remarks>
/// Like the workloads of Proximity it has: four variants of each question, all variants once in a shuffled order (MMLU, MedRAG), and skewed repetition (question of rank r with a
/// probability proportional to r^-s, ranks by a seeded permutation, then a uniform variant). It has not: meaning, questions without an answer, popularity that changes with time,
/// or sessions of one user.
/// </remarks>
public sealed class QuestionStream
{
    private readonly IReadOnlyList<string> _prefixes;

    /// <summary>Draws the questions.</summary>
    /// <param name="corpus">The passages; as many as there are questions, chosen at random, are asked about.</param>
    /// <param name="stream">Draws.</param>
    /// <param name="options">The questions; the defaults if null.</param>
    /// <exception cref="ArgumentException">There are more questions than passages.</exception>
    public QuestionStream(TopicPassages corpus, RandomStream stream, QuestionStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new QuestionStreamOptions();
        if (options.Questions > corpus.Passages.Count)
            throw new ArgumentException(
                $"{options.Questions} questions, each about another of {corpus.Passages.Count} passages.",
                nameof(options)
            );
        _prefixes = options.Prefixes;
        int[] asked = stream.Sample(corpus.Passages.Count, options.Questions);
        var questions = new Question[asked.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            Passage passage = corpus.Passages[asked[i]];
            string[] words = new string[options.TopicWords];
            for (int word = 0; word < words.Length; word++)
                words[word] = corpus.DrawTopicWord(passage.Topic, stream);
            questions[i] = new Question(
                $"question-{i}",
                passage.Topic,
                passage.Id,
                $"What is {passage.Title}{(words.Length == 0 ? "" : " for " + string.Join(' ', words))}?"
            );
        }

        Questions = questions;
    }

    /// <summary>The questions.</summary>
    public IReadOnlyList<Question> Questions { get; }

    /// <summary>The number of variants of each question.</summary>
    public int VariantCount => _prefixes.Count;

    /// <summary>A question as asked in a variant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such question or variant.</exception>
    public AskedQuestion Ask(int question, int variant) =>
        (uint)question >= (uint)Questions.Count
            ? throw new ArgumentOutOfRangeException(nameof(question), question, $"In [0, {Questions.Count}).")
        : (uint)variant >= (uint)VariantCount ? throw new ArgumentOutOfRangeException(nameof(variant), variant, $"In [0, {VariantCount}).")
        : new AskedQuestion(question, variant, _prefixes[variant] + Questions[question].Text);

    /// <summary>Every variant of every question once, the whole list shuffled.</summary>
    /// <param name="stream">Draws the order.</param>
    public IReadOnlyList<AskedQuestion> EachOnce(RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        AskedQuestion[] asked =
        [
            .. Enumerable
                .Range(0, Questions.Count)
                .SelectMany(question => Enumerable.Range(0, VariantCount).Select(variant => Ask(question, variant))),
        ];
        stream.Shuffle<AskedQuestion>(asked);
        return asked;
    }

    /// <summary>A stream with repetition by Zipf's law.</summary>
    /// <param name="length">The number of elements.</param>
    /// <param name="exponent">s, from 0 (all questions equally likely); the papers study 0.6 to 2.5, and 0.627 was measured in a query log.</param>
    /// <param name="stream">Draws the ranks of the questions, then each element.</param>
    /// <returns>The elements, drawn as they are asked for: do not use the stream for something else meanwhile.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is negative or not finite.</exception>
    public IEnumerable<AskedQuestion> Repeat(int length, double exponent, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(stream);
        var ranks = new ZipfRanks(Questions.Count, exponent);
        return Draw();

        IEnumerable<AskedQuestion> Draw()
        {
            int[] questionOfRank = stream.Permutation(Questions.Count);
            for (int i = 0; i < length; i++)
                yield return Ask(questionOfRank[ranks.Next(stream)], stream.NextInt(VariantCount));
        }
    }
}
