namespace ResearchKit.Rag;

/// <summary>An index of vectors in this process. Safe for many searches and changes at once.</summary>
public interface IVectorIndex
{
    /// <summary>What kind of index it is, as in tables.</summary>
    string Name { get; }

    /// <summary>The length of a vector.</summary>
    int Dimension { get; }

    /// <summary>How near two vectors are.</summary>
    VectorMetric Metric { get; }

    /// <summary>The number of vectors, without those that were removed.</summary>
    int Count { get; }

    /// <summary>Adds a vector.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="vector">The vector; copied.</param>
    /// <exception cref="ArgumentException">The id is there already, or the vector cannot be searched for: another dimension, a value that is not finite, a zero vector under cosine.</exception>
    void Add(string id, ReadOnlySpan<float> vector);

    /// <summary>Removes a vector.</summary>
    /// <param name="id">Its identifier.</param>
    /// <returns>Whether it was there.</returns>
    bool Remove(string id);

    /// <summary>The vector of an id, as stored (under cosine scaled to length 1).</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="to">Takes <see cref="Dimension"/> values.</param>
    /// <returns>Whether the id is there.</returns>
    bool TryGetVector(string id, Span<float> to);

    /// <summary>Finds the nearest vectors.</summary>
    /// <param name="query">The query.</param>
    /// <param name="k">How many at most, at least 1; all where there are fewer.</param>
    /// <param name="filter">Which ids may be found; null: all.</param>
    /// <exception cref="ArgumentException">The query cannot be searched for, or <paramref name="k"/> is below 1.</exception>
    RetrievalResult Search(ReadOnlySpan<float> query, int k, Func<string, bool>? filter = null);

    /// <summary>Is told of each vector that was added or removed, after the change.</summary>
    event Action<DocumentChange>? Changed;
}
