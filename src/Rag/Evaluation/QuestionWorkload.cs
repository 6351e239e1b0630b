using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>The query streams of Proximity (arXiv:2503.05530, section 4): variants of questions that differ by a prefix, shuffled, or repeated by Zipf's law.</summary>
public sealed class QuestionWorkload
{
    private readonly IReadOnlyList<string> _questions;
    private readonly IReadOnlyList<string> _prefixes;

    /// <summary>A workload.</summary>
    /// <param name="questions">The texts, without prefix.</param>
    /// <param name="prefixes">What stands before a question in each variant; null: the paper's four, the last one empty.</param>
    /// <exception cref="ArgumentException">There is no question or no prefix.</exception>
    public QuestionWorkload(IReadOnlyList<string> questions, IReadOnlyList<string>? prefixes = null)
    {
        ArgumentNullException.ThrowIfNull(questions);
        _prefixes = prefixes ?? new QuestionStreamOptions().Prefixes;
        _questions = questions;
        if (questions.Count == 0 || _prefixes.Count == 0)
        {
            throw new ArgumentException(
                $"{questions.Count} questions and {_prefixes.Count} prefixes: at least one of each.",
                nameof(questions)
            );
        }
    }

    /// <summary>The number of questions.</summary>
    public int QuestionCount => _questions.Count;

    /// <summary>The number of variants of a question.</summary>
    public int VariantCount => _prefixes.Count;

    /// <summary>Every variant of every question: index = question * variants + variant.</summary>
    public IReadOnlyList<AskedQuestion> Variants() =>
        [.. Enumerable.Range(0, _questions.Count * _prefixes.Count).Select(i => Ask(i / _prefixes.Count, i % _prefixes.Count))];

    /// <summary>The variants in a given order of their indices.</summary>
    /// <param name="order">The indices.</param>
    public IReadOnlyList<AskedQuestion> InOrder(IEnumerable<int> order) =>
        [.. order.Select(i => Ask(i / _prefixes.Count, i % _prefixes.Count))];

    /// <summary>Every variant once, the whole list shuffled.</summary>
    /// <param name="stream">Draws the order.</param>
    public IReadOnlyList<AskedQuestion> Shuffle(RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return InOrder(stream.Permutation(_questions.Count * _prefixes.Count));
    }

    /// <summary>A stream with repetition: question of rank r with a probability proportional to r^-s, ranks by a seeded permutation, then a uniform variant.</summary>
    /// <param name="exponent">s, from 0 (all equally likely).</param>
    /// <param name="length">The number of queries.</param>
    /// <param name="stream">Draws.</param>
    public IReadOnlyList<AskedQuestion> Zipf(double exponent, int length, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(stream);
        ZipfRanks ranks = new(_questions.Count, exponent);
        int[] questionOfRank = stream.Permutation(_questions.Count);
        return [.. Enumerable.Range(0, length).Select(_ => Ask(questionOfRank[ranks.Next(stream)], stream.NextInt(_prefixes.Count)))];
    }

    private AskedQuestion Ask(int question, int variant) => new(question, variant, _prefixes[variant] + _questions[question]);
}
