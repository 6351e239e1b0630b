using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace ResearchKit.Rag;

/// <summary>An index of this library behind Microsoft.Extensions.VectorData: records in memory, vectors in the index. Any other connector can take its place.</summary>
/// <typeparam name="TRecord">The records.</typeparam>
/// <param name="name">The collection's name.</param>
/// <param name="index">Searches; it belongs to the caller.</param>
/// <param name="keyOf">The key of a record.</param>
/// <param name="vectorOf">The vector of a record.</param>
/// <param name="embedder">Embeds queries that are texts; null where all are vectors.</param>
public sealed class EmbeddedVectorCollection<TRecord>(
    string name,
    IVectorIndex index,
    Func<TRecord, string> keyOf,
    Func<TRecord, ReadOnlyMemory<float>> vectorOf,
    IEmbeddingGenerator<string, Embedding<float>>? embedder = null
) : VectorStoreCollection<string, TRecord>
    where TRecord : class
{
    private readonly ConcurrentDictionary<string, TRecord> _records = new(StringComparer.Ordinal);
    private readonly Lock _changes = new();
    private readonly VectorStoreCollectionMetadata _metadata = new() { VectorStoreSystemName = "researchkit", CollectionName = name };

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    /// <inheritdoc/>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
        DeleteAsync(_records.Keys, cancellationToken);

    /// <inheritdoc/>
    public override Task<TRecord?> GetAsync(
        string key,
        RecordRetrievalOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(key);
        return Task.FromResult(_records.GetValueOrDefault(key));
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        await Task.CompletedTask.ConfigureAwait(false);
        IEnumerable<TRecord> found = _records.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => r.Value).Where(filter.Compile());
        if (options?.OrderBy is { } order)
        {
            foreach (var by in order(new()).Values.Reverse())
            {
                Func<TRecord, object?> selector = by.PropertySelector.Compile();
                found = by.Ascending ? found.OrderBy(selector) : found.OrderByDescending(selector);
            }
        }
        foreach (TRecord record in found.Skip(options?.Skip ?? 0).Take(top))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_changes)
        {
            index.Remove(key);
            _records.TryRemove(key, out _);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        string key = keyOf(record);
        ReadOnlySpan<float> vector = vectorOf(record).Span;
        // Checked first: a vector that is refused must not cost the record that is there.
        VectorKernel.Check(vector, index.Dimension, index.Metric, nameof(record));
        lock (_changes)
        {
            index.Remove(key);
            index.Add(key, vector);
            _records[key] = record;
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        foreach (TRecord record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await UpsertAsync(record, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queries are vectors (<see cref="ReadOnlyMemory{T}"/> of float, float[], <see cref="Embedding{T}"/>), or texts where there is an embedder. Scores are those of the index's metric.</remarks>
    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue,
        int top,
        VectorSearchOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        ReadOnlyMemory<float> query = searchValue switch
        {
            ReadOnlyMemory<float> vector => vector,
            float[] vector => vector,
            Embedding<float> embedding => embedding.Vector,
            string text when embedder is not null => (
                await embedder.GenerateAsync([text], cancellationToken: cancellationToken).ConfigureAwait(false)
            )[0].Vector,
            _ => throw new ArgumentException(
                $"A query of type {typeof(TInput).Name} cannot be searched for; give a vector{(embedder is null ? "" : " or a text")}.",
                nameof(searchValue)
            ),
        };
        Func<TRecord, bool>? filter = options?.Filter?.Compile();
        int skip = options?.Skip ?? 0;
        RetrievalResult found = index.Search(
            query.Span,
            checked(top + skip),
            filter is null ? null : id => _records.TryGetValue(id, out TRecord? record) && filter(record)
        );
        foreach (RetrievedDocument document in found.Documents.Skip(skip))
        {
            bool near =
                options?.ScoreThreshold is not { } threshold
                || (found.Direction == ScoreDirection.HigherIsBetter ? document.Score >= threshold : document.Score <= threshold);
            // A record that was removed since the search is not given.
            if (near && _records.TryGetValue(document.Id, out TRecord? record))
            {
                yield return new VectorSearchResult<TRecord>(record, document.Score);
            }
        }
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(VectorStoreCollectionMetadata) ? _metadata
            : serviceType == typeof(IVectorIndex) ? index
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }
}
