namespace ResearchKit.Rag;

/// <summary>What a router knows about a source (arXiv:2502.19280): published by the source, never its documents.</summary>
public sealed record SourceProfile
{
    /// <summary>The name, unique among sources.</summary>
    public required string Name
    {
        get;
        init => field = string.IsNullOrEmpty(value) ? throw new ArgumentException("A source has a name.", nameof(Name)) : value;
    }

    /// <summary>The id of the encoder of its documents.</summary>
    public required string Encoder
    {
        get;
        init => field = string.IsNullOrEmpty(value) ? throw new ArgumentException("A source has an encoder.", nameof(Encoder)) : value;
    }

    /// <summary>mu, the mean of its documents' embeddings.</summary>
    public required ReadOnlyMemory<float> Centroid
    {
        get;
        init =>
            field = value.IsEmpty
                ? throw new ArgumentException("The centroid is missing: a router cannot place the source.", nameof(Centroid))
                : value;
    }

    /// <summary>The number of documents; 0 if unknown.</summary>
    public long DocumentCount { get; init; }

    /// <summary>What asking it costs, in any unit common to all sources. Default 1.</summary>
    public double Cost
    {
        get;
        init =>
            field =
                value > 0 && double.IsFinite(value)
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Cost), value, "A cost is above zero.");
    } = 1;

    /// <summary>The length of its embeddings.</summary>
    public int Dimension => Centroid.Length;

    /// <summary>The mean of vectors, summed in double precision.</summary>
    /// <param name="vectors">The vectors, of one length; at least one.</param>
    /// <exception cref="ArgumentException">There is none, or the lengths differ.</exception>
    public static float[] MeanOf(IEnumerable<ReadOnlyMemory<float>> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        double[] sums = [];
        long count = 0;
        foreach (ReadOnlyMemory<float> vector in vectors)
        {
            sums = count == 0 ? new double[vector.Length] : sums;
            if (vector.Length != sums.Length)
            {
                throw new ArgumentException($"Vector {count} has {vector.Length} dimensions, the first {sums.Length}.", nameof(vectors));
            }
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += vector.Span[i];
            }
            count++;
        }
        return count == 0
            ? throw new ArgumentException("There is no vector to take the mean of.", nameof(vectors))
            : [.. sums.Select(s => (float)(s / count))];
    }
}
