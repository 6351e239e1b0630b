using System.Text;
using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// A corpus of short passages in invented words: each passage has a topic, and each of its words is, with a fixed probability, one of the topic's own words, else one that all
/// topics share, by Zipf's law in either case. Two words of its own, its title, occur again in the text, so that a question can ask for this passage alone.
/// </summary>
/// <remarks>
/// Like the corpora of retrieval-augmented generation (PubMed abstracts, Wikipedia passages) it has: Zipf-distributed words, passages of one topic nearer to each other than to
/// others, rare names that identify a passage, and sources that differ by topic. It has not: grammar, synonyms, meaning, or near-duplicates; a lexical embedding does better here
/// than on real text, a learned one has nothing to learn from.
/// </remarks>
public sealed class TopicPassages
{
    private readonly TopicPassagesOptions _options;
    private readonly ZipfRanks _commonRanks;
    private readonly ZipfRanks _topicRanks;

    /// <summary>Draws a corpus.</summary>
    /// <param name="stream">Split by passage; does not advance.</param>
    /// <param name="options">The world; the defaults if null.</param>
    public TopicPassages(RandomStream stream, TopicPassagesOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _options = options ?? new TopicPassagesOptions();
        _commonRanks = new ZipfRanks(_options.CommonWords, _options.WordExponent);
        _topicRanks = new ZipfRanks(_options.TopicWords, _options.WordExponent);
        var passages = new Passage[_options.Passages];
        for (int i = 0; i < passages.Length; i++)
            passages[i] = Draw(i, stream.Split("passage", LabeledGenerator.Invariant(i)));
        Passages = passages;
    }

    /// <summary>The passages; passage i has topic i mod topics.</summary>
    public IReadOnlyList<Passage> Passages { get; }

    /// <summary>The number of topics.</summary>
    public int TopicCount => _options.Topics;

    /// <summary>A word that all topics share.</summary>
    /// <param name="rank">Its rank by frequency, from 0.</param>
    public string CommonWord(int rank) => InventedWords.Of(Ranged(rank, _options.CommonWords));

    /// <summary>A word of a topic alone.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="rank">Its rank by frequency, from 0.</param>
    public string TopicWord(int topic, int rank) =>
        InventedWords.Of(
            _options.CommonWords + (long)Ranged(topic, _options.Topics) * _options.TopicWords + Ranged(rank, _options.TopicWords)
        );

    /// <summary>Draws a word of a topic by Zipf's law.</summary>
    internal string DrawTopicWord(int topic, RandomStream stream) => TopicWord(topic, _topicRanks.Next(stream));

    private Passage Draw(int index, RandomStream stream)
    {
        int topic = index % _options.Topics;
        long firstName = _options.CommonWords + (long)_options.Topics * _options.TopicWords + 2L * index;
        string[] title = [InventedWords.Of(firstName), InventedWords.Of(firstName + 1)];
        int length = _options.PassageWords / 2 + stream.NextInt(_options.PassageWords + 1);
        var words = new string[length];
        for (int i = 0; i < length; i++)
        {
            words[i] = stream.NextBool(_options.TopicShare) ? DrawTopicWord(topic, stream) : CommonWord(_commonRanks.Next(stream));
        }

        // Each name twice: once could be lost among the frequent words of a long passage.
        int[] places = stream.Sample(length, 4);
        for (int i = 0; i < places.Length; i++)
            words[places[i]] = title[i % 2];
        return new Passage($"passage-{index}", topic, string.Join(' ', title), Sentences(words));
    }

    private static string Sentences(string[] words)
    {
        const int sentence = 12;
        var text = new StringBuilder();
        for (int i = 0; i < words.Length; i++)
        {
            bool begins = i % sentence == 0;
            text.Append(
                begins && i > 0 ? ". "
                : i > 0 ? " "
                : ""
            );
            text.Append(begins ? char.ToUpperInvariant(words[i][0]) : words[i][0]).Append(words[i], 1, words[i].Length - 1);
        }

        return text.Append('.').ToString();
    }

    private static int Ranged(int value, int below) =>
        (uint)value < (uint)below ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"In [0, {below}).");
}
