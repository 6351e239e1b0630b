using System.Globalization;

namespace ResearchKit.Audit;

/// <summary>Columns of text as numbers: the place of a value among all that occur, in ordinal order.</summary>
internal static class CodedText
{
    /// <summary>Rows as features, row by row.</summary>
    /// <param name="rows">The values.</param>
    /// <param name="texts">The columns that are text; all others are numbers, checked before.</param>
    /// <param name="width">The number of columns, from the first on.</param>
    /// <param name="missing">The text that means missing.</param>
    public static float[] Features(IReadOnlyList<string[]> rows, IReadOnlyCollection<int> texts, int width, string missing)
    {
        float[] features = new float[rows.Count * width];
        for (int column = 0; column < width; column++)
        {
            int c = column;
            Dictionary<string, int>? codes = texts.Contains(c)
                ? rows.Select(r => r[c])
                    .Distinct(StringComparer.Ordinal)
                    .Where(v => v != missing)
                    .Order(StringComparer.Ordinal)
                    .Select((v, i) => (v, i))
                    .ToDictionary(StringComparer.Ordinal)
                : null;
            for (int row = 0; row < rows.Count; row++)
            {
                string value = rows[row][c];
                features[(row * width) + c] =
                    value == missing ? float.NaN
                    : codes is null ? float.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture)
                    : codes[value];
            }
        }
        return features;
    }
}
