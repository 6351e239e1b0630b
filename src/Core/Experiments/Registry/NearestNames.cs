namespace ResearchKit.Experiments;

/// <summary>The names that someone may have meant, by edit distance without regard to case.</summary>
public static class NearestNames
{
    /// <summary>The nearest names, best first; ties in the order of the names.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="names">The names there are.</param>
    /// <param name="count">At most this many. Default 3.</param>
    public static IReadOnlyList<string> Of(string text, IEnumerable<string> names, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. names.OrderBy(n => Distance(text, n)).ThenBy(n => n, StringComparer.Ordinal).Take(count)];
    }

    /// <summary>Levenshtein's distance over upper-cased letters.</summary>
    /// <param name="a">One text.</param>
    /// <param name="b">The other.</param>
    internal static int Distance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
