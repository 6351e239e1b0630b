using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>A scheme as a comparison sees it, whatever its key is: it marks a graph, and looks for the mark in others.</summary>
public abstract class WatermarkScheme : INamed
{
    /// <summary>Names a scheme.</summary>
    /// <param name="name">The name in tables and figures.</param>
    protected WatermarkScheme(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name in tables and figures.</summary>
    public string Name { get; }

    /// <summary>Prepares the scheme for a graph.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="budget">About how many pairs may be flipped; a scheme that cannot choose takes what it needs.</param>
    /// <param name="threads">The threads to use.</param>
    public abstract WatermarkOwner For(Graph original, int budget, int threads);

    /// <summary>A scheme made from its implementation.</summary>
    /// <typeparam name="TKey">The scheme's key.</typeparam>
    /// <param name="name">The name in tables and figures.</param>
    /// <param name="create">Makes the scheme for a graph, a budget and a number of threads.</param>
    public static WatermarkScheme Of<TKey>(string name, Func<Graph, int, int, IGraphWatermark<TKey>> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new Typed<TKey>(name, create);
    }

    private sealed class Typed<TKey>(string name, Func<Graph, int, int, IGraphWatermark<TKey>> create) : WatermarkScheme(name)
    {
        public override WatermarkOwner For(Graph original, int budget, int threads) =>
            new TypedOwner<TKey>(original, create(original, budget, threads));
    }

    private sealed class TypedOwner<TKey>(Graph original, IGraphWatermark<TKey> scheme) : WatermarkOwner
    {
        public override object GenerateKey(ReadOnlySpan<byte> secret) => scheme.GenerateKey(original, secret)!;

        public override EmbedResult Embed(object key, CancellationToken cancellationToken = default) =>
            scheme.Embed(original, (TKey)key, progress: null, cancellationToken);

        public override DetectionResult Detect(Graph suspect, object key, CancellationToken cancellationToken = default) =>
            scheme.Detect(suspect, original, (TKey)key, cancellationToken);
    }
}
