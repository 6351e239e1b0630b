namespace ResearchKit.Watermark;

/// <summary>Draws distinct pairs of labels with a bound on how often a label occurs.</summary>
internal static class KeyPairs
{
    private const int Restarts = 1000;

    /// <summary>Draws.</summary>
    /// <param name="labels">Labels 0..labels-1.</param>
    /// <param name="count">How many pairs.</param>
    /// <param name="perLabel">In how many pairs a label may be.</param>
    /// <param name="stream">The secret's numbers.</param>
    /// <returns>Ascending pairs, the smaller label first; null if there is no such set, or none was found in a thousand tries.</returns>
    public static (int A, int B)[]? Draw(int labels, int count, int perLabel, KeyStream stream)
    {
        long most = Math.Min((long)labels * (labels - 1) / 2, (long)labels * Math.Min(perLabel, labels - 1) / 2);
        if (count > most)
        {
            return null;
        }
        for (int attempt = 0; attempt < Restarts; attempt++)
        {
            if (TryDraw(labels, count, perLabel, stream) is { } pairs)
            {
                return pairs;
            }
        }
        return null;
    }

    // Sequential: each pair uniform among those that are still allowed. It may run into a dead end when the labels are used up; then anew.
    private static (int A, int B)[]? TryDraw(int labels, int count, int perLabel, KeyStream stream)
    {
        List<int> free = [.. Enumerable.Range(0, labels)];
        int[] used = new int[labels];
        HashSet<(int, int)> pairs = [];
        while (pairs.Count < count)
        {
            // A free label is in fewer than perLabel pairs: with more free labels than that, some pair is left.
            if (free.Count <= perLabel && !AnyLeft(free, pairs))
            {
                return null;
            }
            int i = stream.NextInt(free.Count);
            int j = stream.NextInt(free.Count);
            if (i == j || !pairs.Add((Math.Min(free[i], free[j]), Math.Max(free[i], free[j]))))
            {
                continue;
            }
            // The later place first, so that the earlier one stays valid.
            foreach (int place in new[] { Math.Max(i, j), Math.Min(i, j) })
            {
                if (++used[free[place]] == perLabel)
                {
                    free.RemoveAt(place);
                }
            }
        }
        return [.. pairs.Order()];
    }

    private static bool AnyLeft(List<int> free, HashSet<(int, int)> pairs)
    {
        for (int i = 0; i < free.Count; i++)
        {
            for (int j = i + 1; j < free.Count; j++)
            {
                if (!pairs.Contains((Math.Min(free[i], free[j]), Math.Max(free[i], free[j]))))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
