using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>Asks a fixed number of sources, drawn without replacement for each query: 2 of 4 in the paper's MIRAGE runs, 9 of 13 in FeB4RAG, 1 of 10 in the published MMLU runs.</summary>
public sealed class RandomRouter : ISourceRouter
{
    private readonly IReadOnlyList<string> _sources;
    private readonly int _asked;
    private readonly RandomStream _stream;
    private readonly Lock _drawing = new();

    /// <summary>A router.</summary>
    /// <param name="sources">The names of the sources.</param>
    /// <param name="asked">How many are asked, 0 to all.</param>
    /// <param name="stream">Draws; one sample a query, in the order of the calls.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="asked"/> is negative or above the number of sources.</exception>
    public RandomRouter(IReadOnlyList<string> sources, int asked, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(asked);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(asked, sources.Count);
        (_sources, _asked, _stream) = (sources, asked, stream);
    }

    /// <inheritdoc/>
    public string Name => SourceRouters.Random;

    /// <inheritdoc/>
    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default)
    {
        int[] asked;
        lock (_drawing)
        {
            asked = _stream.Sample(_sources.Count, _asked);
        }
        double share = (double)_asked / _sources.Count;
        return ValueTask.FromResult(new RoutingDecision([.. _sources.Select((s, i) => new SourceScore(s, share, asked.Contains(i)))]));
    }
}
