using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace ResearchKit.Rag;

/// <summary>
/// The embedder that needs no model file: TF-IDF weights of single words, each spread with random signs over a few positions of a short vector (a count sketch), then
/// scaled to length 1. The same text gives the same bits in any order of work. It knows words, not meaning: tolerances measured with it are on its own scale.
/// </summary>
/// <remarks>
/// weight(w) = (1 + ln n_w)(ln((1 + N)/(1 + df(w))) + 1), with n_w the occurrences in the text. With h the FNV-1a hash of the word, position j = 1..4 is the high half of
/// splitmix64(h + j * 0x9E3779B97F4A7C15) scaled to the dimension, the sign its lowest bit, the value weight / sqrt(4). Safe for many threads at once.
/// </remarks>
public sealed class HashedTfIdfEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly HashedTfIdfOptions _options;
    private readonly Dictionary<ulong, double> _idf;
    private readonly double _idfOfUnknown;
    private readonly ConcurrentBag<Workspace> _workspaces = [];
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>An embedder with the word frequencies of a corpus.</summary>
    /// <param name="statistics">The frequencies.</param>
    /// <param name="options">The shape; null for the defaults.</param>
    public HashedTfIdfEmbedder(TermStatistics statistics, HashedTfIdfOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        (Statistics, _options) = (statistics, options ?? new HashedTfIdfOptions());
        _idf = statistics.Frequencies.ToDictionary(p => Tokens.HashOf(p.Key), p => statistics.InverseDocumentFrequency(p.Value));
        _idfOfUnknown = statistics.InverseDocumentFrequency(0);
        _metadata = new EmbeddingGeneratorMetadata("ResearchKit", defaultModelId: Id, defaultModelDimensions: Dimension);
    }

    /// <summary>The word frequencies.</summary>
    public TermStatistics Statistics { get; }

    /// <summary>The length of a vector.</summary>
    public int Dimension => _options.Dimension;

    /// <summary>What names this embedder in indexes and source profiles.</summary>
    public string Id => $"hashed-tfidf-{Dimension}-{_options.HashesPerWord}";

    /// <summary>The vector of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="to">Takes <see cref="Dimension"/> values, of length 1 (or all zero, see <see cref="HashedTfIdfOptions.EmptyText"/>).</param>
    /// <exception cref="ArgumentException">The span has another length; or the text has no word and that is an error.</exception>
    public void Embed(ReadOnlySpan<char> text, Span<float> to)
    {
        if (to.Length != Dimension)
        {
            throw new ArgumentException($"The span takes {to.Length} values; a vector has {Dimension}.", nameof(to));
        }
        if (!_workspaces.TryTake(out Workspace? workspace))
        {
            workspace = new Workspace(Dimension);
        }
        try
        {
            Embed(text, to, workspace);
        }
        finally
        {
            _workspaces.Add(workspace);
        }
    }

    /// <inheritdoc cref="Embed(ReadOnlySpan{char}, Span{float})"/>
    public float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] vector = new float[Dimension];
        Embed(text, vector);
        return vector;
    }

    /// <inheritdoc/>
    /// <remarks>The model id is set; other options have no effect here, and a dimension that differs is refused.</remarks>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } asked && asked != Dimension)
        {
            throw new ArgumentException($"{asked} dimensions are asked for; this embedder gives {Dimension}.", nameof(options));
        }
        GeneratedEmbeddings<Embedding<float>> embeddings = [];
        foreach (string value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            embeddings.Add(new Embedding<float>(Embed(value)) { ModelId = Id });
        }
        return Task.FromResult(embeddings);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Nothing is held that needs it.</summary>
    public void Dispose() { }

    /// <summary>The positions and signs of a word, for tests and explanations.</summary>
    internal IEnumerable<(int Position, int Sign)> Slots(string word)
    {
        ulong hash = Tokens.HashOf(word);
        for (int j = 1; j <= _options.HashesPerWord; j++)
        {
            ulong z = Mix(unchecked(hash + (ulong)j * Golden));
            yield return ((int)(((z >> 32) * (ulong)Dimension) >> 32), (z & 1) == 1 ? 1 : -1);
        }
    }

    private void Embed(ReadOnlySpan<char> text, Span<float> to, Workspace workspace)
    {
        workspace.Clear();
        Tokens tokens = new(text);
        while (tokens.Next())
        {
            workspace.Count(tokens.Hash);
        }
        double[] sums = workspace.Sums;
        double scale = 1 / Math.Sqrt(_options.HashesPerWord);
        foreach (int slot in workspace.Used)
        {
            ulong hash = workspace.Hashes[slot];
            int count = workspace.Counts[slot];
            double idf = _idf.TryGetValue(hash, out double known) ? known : _idfOfUnknown;
            double value = (count == 1 ? 1 : 1 + Math.Log(count)) * idf * scale;
            for (int j = 1; j <= _options.HashesPerWord; j++)
            {
                ulong z = Mix(unchecked(hash + (ulong)j * Golden));
                sums[(int)(((z >> 32) * (ulong)sums.Length) >> 32)] += (z & 1) == 1 ? value : -value;
            }
        }
        // Summed in this order on every machine: a vectorised norm depends on the width of the vectors.
        double squares = 0;
        foreach (double sum in sums)
        {
            squares += sum * sum;
        }
        double norm = Math.Sqrt(squares);
        if (norm == 0)
        {
            if (_options.EmptyText == EmptyText.Error)
            {
                throw new ArgumentException(
                    $"The text \"{(text.Length > 40 ? text[..40] : text)}\" has no word (a run of a-z or 0-9), so it has no direction.",
                    nameof(text)
                );
            }
            to.Clear();
            return;
        }
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = (float)(sums[i] / norm);
        }
    }

    // The finaliser of splitmix64.
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    // Words and their counts of one text, in an open-addressing table that keeps its memory, in the order of first occurrence.
    private sealed class Workspace(int dimension)
    {
        private int[] _used = new int[64];
        private int _count;

        public double[] Sums { get; } = new double[dimension];

        public ulong[] Hashes { get; private set; } = new ulong[128];

        public int[] Counts { get; private set; } = new int[128];

        public ReadOnlySpan<int> Used => _used.AsSpan(0, _count);

        public void Clear()
        {
            foreach (int slot in Used)
            {
                Counts[slot] = 0;
            }
            _count = 0;
            Array.Clear(Sums);
        }

        public void Count(ulong hash)
        {
            int slot = Find(hash);
            if (Counts[slot]++ > 0)
            {
                return;
            }
            Hashes[slot] = hash;
            _used[_count++] = slot;
            if (_count == _used.Length)
            {
                Grow();
            }
        }

        private int Find(ulong hash)
        {
            int mask = Counts.Length - 1;
            int slot = (int)(hash ^ (hash >> 32)) & mask;
            while (Counts[slot] > 0 && Hashes[slot] != hash)
            {
                slot = (slot + 1) & mask;
            }
            return slot;
        }

        private void Grow()
        {
            (ulong[] hashes, int[] counts, int[] used) = (Hashes, Counts, _used);
            Hashes = new ulong[2 * hashes.Length];
            Counts = new int[2 * counts.Length];
            _used = new int[2 * used.Length];
            for (int i = 0; i < _count; i++)
            {
                int slot = Find(hashes[used[i]]);
                (Hashes[slot], Counts[slot], _used[i]) = (hashes[used[i]], counts[used[i]], slot);
            }
        }
    }
}
