using System.Text.Json;
using ResearchKit.Rag;
using ResearchKit.Storage;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>rag index</c> writes: the vectors, the word frequencies of the embedder, and the settings. Each file is whole or not there; the settings come last.</summary>
internal sealed class RagIndexFolder : IDisposable
{
    private const string IndexName = "index.rkix";
    private const string TermsName = "terms.json";
    private const string SettingsName = "settings.json";

    private RagIndexFolder(string path, VectorIndex index, HashedTfIdfEmbedder embedder) =>
        (Path, Index, Embedder) = (path, index, embedder);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The index.</summary>
    public VectorIndex Index { get; }

    /// <summary>The embedder.</summary>
    public HashedTfIdfEmbedder Embedder { get; }

    /// <summary>Builds a folder.</summary>
    public static async Task<RagIndexReport> BuildAsync(
        string corpus,
        string folder,
        IndexKind kind,
        VectorMetric metric,
        int dimension,
        DuplicateIds duplicates,
        IProgress<double>? progress,
        CancellationToken ct
    )
    {
        IReadOnlyList<CorpusDocument> documents = await BeirDataset.LoadCorpusAsync(corpus, duplicates, ct);
        if (documents.Count == 0)
        {
            throw new ArgumentException($"{corpus} holds no document.");
        }
        TermStatistics terms = TermStatistics.Of(documents.Select(d => d.TextToEmbed), ct);
        HashedTfIdfEmbedder embedder = new(terms, new HashedTfIdfOptions { Dimension = dimension, EmptyText = EmptyText.ZeroVector });
        using VectorIndex index = kind == IndexKind.Flat ? new FlatIndex(dimension, metric) : new HnswIndex(dimension, metric);
        int empty = 0;
        for (int i = 0; i < documents.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            float[] vector = embedder.Embed(documents[i].TextToEmbed);
            if (Array.TrueForAll(vector, v => v == 0))
            {
                empty++;
                continue;
            }
            index.Add(documents[i].Id, vector);
            progress?.Report((i + 1.0) / documents.Count);
        }
        IndexFile.Save(index, System.IO.Path.Combine(folder, IndexName));
        await terms.SaveAsync(System.IO.Path.Combine(folder, TermsName), ct);
        Settings settings = new(embedder.Id, dimension, metric.ToString(), index.Name, index.Count);
        await AtomicFile.WriteTextAsync(System.IO.Path.Combine(folder, SettingsName), JsonSerializer.Serialize(settings), ct);
        return new RagIndexReport(folder, index.Name, metric.ToString(), dimension, index.Count, empty, embedder.Id);
    }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ArgumentException">The folder holds no index.</exception>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    public static async Task<RagIndexFolder> OpenAsync(string folder, CancellationToken ct)
    {
        string file = System.IO.Path.Combine(folder, SettingsName);
        if (!File.Exists(file))
        {
            throw new ArgumentException($"{folder} holds no index; make one with: rag index CORPUS --out {folder}");
        }
        Settings? settings;
        try
        {
            settings = JsonSerializer.Deserialize<Settings>(await File.ReadAllTextAsync(file, ct));
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(file, "the settings of an index", e.Message, innerException: e);
        }
        TermStatistics terms = await TermStatistics.LoadAsync(System.IO.Path.Combine(folder, TermsName), ct);
        VectorIndex index;
        try
        {
            index = IndexFile.Open(System.IO.Path.Combine(folder, IndexName));
        }
        catch (InvalidDataException e)
        {
            throw new MalformedFileException(System.IO.Path.Combine(folder, IndexName), "a whole index", e.Message, innerException: e);
        }
        HashedTfIdfEmbedder embedder = new(terms, new HashedTfIdfOptions { Dimension = index.Dimension });
        if (settings is null || settings.Embedder != embedder.Id)
        {
            index.Dispose();
            throw new MalformedFileException(file, $"the embedder {embedder.Id}", settings?.Embedder ?? "none");
        }
        return new RagIndexFolder(folder, index, embedder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Dispose();
        Embedder.Dispose();
    }

    private sealed record Settings(string Embedder, int Dimension, string Metric, string Kind, int Documents);
}

/// <summary>The kinds of index.</summary>
internal enum IndexKind
{
    /// <summary>Exact.</summary>
    Flat,

    /// <summary>A graph.</summary>
    Hnsw,
}
