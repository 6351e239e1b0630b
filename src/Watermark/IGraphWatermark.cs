using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>A scheme that hides a mark in a graph and finds it again: FFG, and the baselines beside it.</summary>
/// <typeparam name="TKey">The key, all that has to be kept secret and stored.</typeparam>
public interface IGraphWatermark<TKey>
{
    /// <summary>The scheme's name in tables and figures.</summary>
    string Name { get; }

    /// <summary>Makes the key for a graph.</summary>
    /// <param name="original">The graph it is for.</param>
    /// <param name="secret">The master secret.</param>
    TKey GenerateKey(Graph original, ReadOnlySpan<byte> secret);

    /// <summary>Marks a graph. The original is not changed.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="key">Its key.</param>
    /// <param name="progress">Told the share of the work done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    EmbedResult Embed(Graph original, TKey key, IProgress<double>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Looks for the mark.</summary>
    /// <param name="suspect">The graph that may carry it.</param>
    /// <param name="original">The unmarked original, or null for blind detection where the scheme can do it.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    DetectionResult Detect(Graph suspect, Graph? original, TKey key, CancellationToken cancellationToken = default);
}
