namespace ResearchKit.Agents.Discovery;

/// <summary>
/// Finds agents by what they can do: BM25 (k1 = 1.2, b = 0.75) over name, description and skills, ties by the place in the index. The best k are found without reading what cannot be among them (MaxScore, with the
/// largest weights of blocks); the answer is that of reading everything. An index does not change; make a new one from a new builder.
/// </summary>
public sealed class CapabilityIndex
{
    private const double K1 = 1.2;
    private const double B = 0.75;

    // Bounds are sums in another order than scores: this much more than rounding can change.
    private const double Slack = 1e-9;
    private readonly CapabilityRecord[] _records;
    private readonly int[] _lengths;
    private readonly Dictionary<string, CapabilityPostings> _terms;

    internal CapabilityIndex(CapabilityRecord[] records, int[] lengths, double averageLength, Dictionary<string, CapabilityPostings> terms)
    {
        (_records, _lengths, AverageLength, _terms) = (records, lengths, averageLength, terms);
    }

    /// <summary>How many agents are in it.</summary>
    public int Count => _records.Length;

    /// <summary>The mean number of words of an agent.</summary>
    public double AverageLength { get; }

    /// <summary>The agents.</summary>
    public IReadOnlyList<CapabilityRecord> Records => _records;

    /// <summary>The best agents for a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="k">How many at most.</param>
    /// <param name="filter">Which may be found; null: all.</param>
    public IReadOnlyList<CapabilityHit> Search(string query, int k = 10, CapabilityFilter? filter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        Cursor[] terms = Cursors(query);
        if (terms.Length == 0)
        {
            return [];
        }
        Array.Sort(terms, (a, b) => a.Most.CompareTo(b.Most));
        double[] bounds = new double[terms.Length];
        double sum = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            bounds[i] = sum += terms[i].Most;
        }
        Best best = new(k);
        double[] parts = new double[terms.Length];
        int essential = 0;
        while (essential < terms.Length)
        {
            int document = int.MaxValue;
            for (int i = essential; i < terms.Length; i++)
            {
                document = Math.Min(document, terms[i].Document);
            }
            if (document == int.MaxValue)
            {
                break;
            }
            if (Passes(terms, bounds, essential, document, best.Threshold))
            {
                Score(terms, bounds, essential, document, best, parts, filter);
            }
            for (int i = essential; i < terms.Length; i++)
            {
                if (terms[i].Document == document)
                {
                    terms[i].Next();
                }
            }
            while (essential < terms.Length && bounds[essential] * (1 + Slack) <= best.Threshold)
            {
                essential++;
            }
            if (essential == terms.Length - 1 && best.Threshold > 0)
            {
                double rest = essential == 0 ? 0 : bounds[essential - 1];
                terms[essential].SkipBlocks(best.Threshold, rest);
            }
        }
        return [.. best.InOrder().Select(b => new CapabilityHit(b.Document, b.Score, _records[b.Document]))];
    }

    // Whether the weights of the blocks that this document lies in leave a chance.
    private static bool Passes(Cursor[] terms, double[] bounds, int essential, int document, double threshold)
    {
        double bound = essential == 0 ? 0 : bounds[essential - 1];
        for (int i = essential; i < terms.Length; i++)
        {
            bound += terms[i].Document == document ? terms[i].BlockMost : 0;
        }
        return bound * (1 + Slack) > threshold;
    }

    private void Score(Cursor[] terms, double[] bounds, int essential, int document, Best best, double[] parts, CapabilityFilter? filter)
    {
        double sofar = 0;
        for (int i = terms.Length - 1; i >= 0; i--)
        {
            if (i < essential)
            {
                if ((sofar + bounds[i]) * (1 + Slack) <= best.Threshold)
                {
                    return;
                }
                terms[i].SeekTo(document);
            }
            parts[terms[i].Order] =
                terms[i].Document == document ? terms[i].Rarity * Weight(terms[i].Count, _lengths[document], AverageLength) : 0;
            sofar += parts[terms[i].Order];
        }
        // Added in the order of the query, so that equal agents have equal scores, to the last bit.
        double score = 0;
        foreach (double part in parts)
        {
            score += part;
        }
        if (score > best.Threshold && (filter is null || filter.Allows(_records[document])))
        {
            best.Add(document, score);
        }
    }

    private Cursor[] Cursors(string query)
    {
        List<Cursor> cursors = [];
        foreach (IGrouping<string, string> term in CapabilityTokens.Of(query).GroupBy(t => t, StringComparer.Ordinal))
        {
            if (_terms.TryGetValue(term.Key, out CapabilityPostings? postings))
            {
                double rarity = term.Count() * Rarity(postings.Documents.Length);
                cursors.Add(new Cursor(postings, rarity, cursors.Count));
            }
        }
        return [.. cursors];
    }

    private double Rarity(int documents) => Math.Log(1 + ((Count - documents + 0.5) / (documents + 0.5)));

    internal static double Weight(int count, int length, double average) =>
        count * (K1 + 1) / (count + (K1 * (1 - B + (B * length / average))));

    private sealed class Cursor
    {
        private readonly CapabilityPostings _postings;
        private int _at;

        internal Cursor(CapabilityPostings postings, double rarity, int order)
        {
            (_postings, Rarity, Order) = (postings, rarity, order);
            Document = postings.Documents.Length == 0 ? int.MaxValue : postings.Documents[0];
        }

        internal int Order { get; }

        internal double Rarity { get; }

        internal double Most => Rarity * _postings.Most;

        internal int Document { get; private set; }

        internal int Count => _postings.Counts[_at];

        internal double BlockMost => Rarity * _postings.BlockMost[_at / CapabilityPostings.BlockSize];

        internal void Next() => Move(_at + 1);

        internal void SeekTo(int document)
        {
            if (Document >= document)
            {
                return;
            }
            int[] documents = _postings.Documents;
            int step = 1;
            int low = _at;
            while (low + step < documents.Length && documents[low + step] < document)
            {
                low += step;
                step *= 2;
            }
            int found = Array.BinarySearch(documents, low, Math.Min(step, documents.Length - 1 - low) + 1, document);
            Move(found >= 0 ? found : ~found);
        }

        /// <summary>Passes over blocks none of whose documents can be among the best, given what all other words can add.</summary>
        internal void SkipBlocks(double threshold, double rest)
        {
            int block = _at / CapabilityPostings.BlockSize;
            while (Document != int.MaxValue && ((Rarity * _postings.BlockMost[block]) + rest) * (1 + Slack) <= threshold)
            {
                Move(++block * CapabilityPostings.BlockSize);
            }
        }

        private void Move(int to)
        {
            _at = to;
            Document = to < _postings.Documents.Length ? _postings.Documents[to] : int.MaxValue;
        }
    }

    /// <summary>The best so far. Documents come in ascending order, so one that ties with the last does not replace it.</summary>
    private sealed class Best(int k)
    {
        private readonly PriorityQueue<(int Document, double Score), (double Score, int Last)> _worstFirst = new();

        internal double Threshold { get; private set; }

        internal void Add(int document, double score)
        {
            _worstFirst.Enqueue((document, score), (score, -document));
            if (_worstFirst.Count > k)
            {
                _worstFirst.Dequeue();
            }
            if (_worstFirst.Count == k)
            {
                Threshold = _worstFirst.Peek().Score;
            }
        }

        internal IEnumerable<(int Document, double Score)> InOrder() =>
            _worstFirst.UnorderedItems.Select(i => i.Element).OrderByDescending(e => e.Score).ThenBy(e => e.Document);
    }
}
