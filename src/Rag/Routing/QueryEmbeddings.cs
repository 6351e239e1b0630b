namespace ResearchKit.Rag;

/// <summary>A query, encoded once by each encoder that a source uses.</summary>
public sealed class QueryEmbeddings
{
    private readonly IReadOnlyDictionary<string, ReadOnlyMemory<float>> _byEncoder;

    /// <summary>A query of one encoder.</summary>
    /// <param name="encoder">The encoder's id.</param>
    /// <param name="vector">The embedding.</param>
    /// <param name="queryId">What names the query, where someone knows more about it (an oracle); null otherwise.</param>
    public QueryEmbeddings(string encoder, ReadOnlyMemory<float> vector, string? queryId = null)
        : this(new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal) { [encoder] = vector }, queryId) { }

    /// <summary>A query of several encoders.</summary>
    /// <param name="byEncoder">The embedding of each encoder.</param>
    /// <param name="queryId">What names the query; null if nothing does.</param>
    /// <exception cref="ArgumentException">There is no embedding.</exception>
    public QueryEmbeddings(IReadOnlyDictionary<string, ReadOnlyMemory<float>> byEncoder, string? queryId = null)
    {
        ArgumentNullException.ThrowIfNull(byEncoder);
        if (byEncoder.Count == 0)
        {
            throw new ArgumentException("A query needs the embedding of at least one encoder.", nameof(byEncoder));
        }
        (_byEncoder, QueryId) = (byEncoder, queryId);
    }

    /// <summary>What names the query; null if nothing does.</summary>
    public string? QueryId { get; }

    /// <summary>The embedding of an encoder.</summary>
    /// <param name="encoder">The encoder's id.</param>
    /// <exception cref="ArgumentException">The query was not encoded by it.</exception>
    public ReadOnlyMemory<float> Of(string encoder) =>
        _byEncoder.TryGetValue(encoder, out ReadOnlyMemory<float> vector)
            ? vector
            : throw new ArgumentException(
                $"The query was not encoded by '{encoder}'; it was by {string.Join(", ", _byEncoder.Keys)}.",
                nameof(encoder)
            );
}
