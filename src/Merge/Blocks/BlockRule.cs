namespace ResearchKit.Merge;

/// <summary>
/// Which tensors belong to a block. A pattern is a run of dot-separated segments that must stand somewhere in a tensor's name as whole segments, so that
/// <c>resblocks.1.mlp</c> never takes a tensor of <c>resblocks.10.mlp</c>; <c>*</c> inside a segment stands for any letters of that segment.
/// </summary>
/// <param name="Block">The block's name.</param>
/// <param name="Patterns">The patterns; one that matches suffices.</param>
public sealed record BlockRule(string Block, IReadOnlyList<string> Patterns)
{
    /// <summary>Whether the rule may match nothing: for tensors that some checkpoints leave out because they are tied to others.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether a tensor belongs to the block.</summary>
    public bool Matches(string tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Patterns.Any(pattern => Matches(pattern, tensor));
    }

    /// <summary>Whether a pattern stands in a name as whole segments.</summary>
    public static bool Matches(string pattern, string tensor)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        ArgumentNullException.ThrowIfNull(tensor);
        string[] wanted = pattern.Split('.');
        string[] segments = tensor.Split('.');
        for (int start = 0; start + wanted.Length <= segments.Length; start++)
        {
            bool equal = true;
            for (int i = 0; i < wanted.Length && equal; i++)
            {
                equal = SegmentMatches(wanted[i], segments[start + i]);
            }
            if (equal)
            {
                return true;
            }
        }
        return false;
    }

    private static bool SegmentMatches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> segment)
    {
        int star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.SequenceEqual(segment);
        }
        if (!segment.StartsWith(pattern[..star], StringComparison.Ordinal))
        {
            return false;
        }
        ReadOnlySpan<char> rest = pattern[(star + 1)..];
        for (int at = star; at <= segment.Length; at++)
        {
            if (SegmentMatches(rest, segment[at..]))
            {
                return true;
            }
        }
        return false;
    }
}
