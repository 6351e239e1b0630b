using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>The owner of a graph with a scheme: makes keys, marks, and detects.</summary>
public abstract class WatermarkOwner
{
    /// <summary>Makes a key.</summary>
    /// <param name="secret">32 random bytes.</param>
    /// <returns>The key, for <see cref="Embed"/> and <see cref="Detect"/> of this owner.</returns>
    public abstract object GenerateKey(ReadOnlySpan<byte> secret);

    /// <summary>Marks the graph.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public abstract EmbedResult Embed(object key, CancellationToken cancellationToken = default);

    /// <summary>Looks for the mark, the original at hand.</summary>
    /// <param name="suspect">The graph that may carry it.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public abstract DetectionResult Detect(Graph suspect, object key, CancellationToken cancellationToken = default);
}
