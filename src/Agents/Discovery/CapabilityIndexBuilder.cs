using System.Runtime.InteropServices;

namespace ResearchKit.Agents.Discovery;

/// <summary>Collects agents for an index. Not for several threads.</summary>
public sealed class CapabilityIndexBuilder
{
    private readonly Dictionary<string, Postings> _terms = new(StringComparer.Ordinal);
    private readonly List<CapabilityRecord> _records = [];
    private readonly List<int> _lengths = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _tokens;

    /// <summary>Agents so far.</summary>
    public int Count => _records.Count;

    /// <summary>Adds an agent.</summary>
    /// <param name="record">The agent.</param>
    /// <param name="text">The text by which it is found.</param>
    public void Add(CapabilityRecord record, string text)
    {
        ArgumentNullException.ThrowIfNull(record);
        int length = 0;
        _counts.Clear();
        foreach (string token in CapabilityTokens.Of(text))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, token, out _)++;
            length++;
        }
        foreach ((string term, int count) in _counts)
        {
            if (!_terms.TryGetValue(term, out Postings? postings))
            {
                _terms[term] = postings = new Postings();
            }
            postings.Add(_records.Count, count);
        }
        _records.Add(record);
        _lengths.Add(length);
        _tokens += length;
    }

    /// <summary>Adds the agent of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="fetchedAt">When it was read.</param>
    /// <param name="verified">What is known about who wrote it.</param>
    public void Add(AgentDocument document, DateTimeOffset fetchedAt, VerificationLevel verified = VerificationLevel.Unsigned) =>
        Add(CapabilityRecord.Of(document, fetchedAt, verified), CapabilityRecord.TextOf(document));

    /// <summary>The index of what was added.</summary>
    public CapabilityIndex Build()
    {
        double average = _records.Count == 0 ? 0 : (double)_tokens / _records.Count;
        int[] lengths = [.. _lengths];
        return new CapabilityIndex(
            [.. _records],
            lengths,
            average,
            _terms.ToDictionary(t => t.Key, t => t.Value.Freeze(lengths, average), StringComparer.Ordinal)
        );
    }

    private sealed class Postings
    {
        private int[] _documents = new int[1];
        private ushort[] _counts = new ushort[1];
        private int _count;

        internal void Add(int document, int count)
        {
            if (_count == _documents.Length)
            {
                int size = _count + Math.Max(1, _count / 2);
                Array.Resize(ref _documents, size);
                Array.Resize(ref _counts, size);
            }
            _documents[_count] = document;
            _counts[_count++] = (ushort)Math.Min(count, ushort.MaxValue);
        }

        internal CapabilityPostings Freeze(int[] lengths, double average)
        {
            Array.Resize(ref _documents, _count);
            Array.Resize(ref _counts, _count);
            return new CapabilityPostings(_documents, _counts, lengths, average);
        }
    }
}
