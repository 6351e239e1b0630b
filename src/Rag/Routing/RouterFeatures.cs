namespace ResearchKit.Rag;

/// <summary>The input of the router (as deployed by the authors of arXiv:2502.19280): the query's embedding and the source's centroid, each padded with zeros to the longest, and which source it is.</summary>
internal static class RouterFeatures
{
    /// <summary>2 Dmax + S: 1540 for the four corpora of MIRAGE, 1546 for ten Wikipedia clusters, 8205 for FeB4RAG.</summary>
    public static int Length(IReadOnlyList<SourceProfile> sources) => (2 * Width(sources)) + sources.Count;

    /// <summary>Dmax.</summary>
    public static int Width(IReadOnlyList<SourceProfile> sources) => sources.Max(s => s.Dimension);

    /// <summary>Writes the features of a pair.</summary>
    public static void Write(IReadOnlyList<SourceProfile> sources, int source, QueryEmbeddings query, Span<float> to)
    {
        int width = Width(sources);
        SourceProfile profile = sources[source];
        to.Clear();
        query.Of(profile.Encoder).Span.CopyTo(to);
        profile.Centroid.Span.CopyTo(to[width..]);
        to[(2 * width) + source] = 1;
    }

    /// <summary>Refuses sources that no router can be built on.</summary>
    public static void CheckSources(IReadOnlyList<SourceProfile> sources)
    {
        if (sources.Count == 0)
        {
            throw new ArgumentException("There is no source.", nameof(sources));
        }
        if (sources.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two sources are called '{twice.Key}'.", nameof(sources));
        }
        foreach (SourceProfile source in sources)
        {
            VectorKernel.Check(source.Centroid.Span, source.Dimension, VectorMetric.Euclidean, $"centroid of {source.Name}");
        }
    }
}
