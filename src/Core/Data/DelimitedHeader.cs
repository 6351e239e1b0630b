using System.Collections.Frozen;

namespace ResearchKit.Data;

/// <summary>The names of the columns, shared by all records of a file.</summary>
internal sealed class DelimitedHeader
{
    private readonly FrozenDictionary<string, int> _index;

    internal DelimitedHeader(string source, string[] names, IReadOnlyList<string> missingValues)
    {
        Names = names;
        MissingValues = missingValues.ToFrozenSet(StringComparer.Ordinal);
        string? repeated = names.GroupBy(static n => n).FirstOrDefault(static g => g.Count() > 1)?.Key;
        if (repeated is not null)
            throw new MalformedFileException(source, "each column once", repeated, line: 1);
        _index = names.Select(static (name, i) => KeyValuePair.Create(name, i)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    internal IReadOnlyList<string> Names { get; }

    internal FrozenSet<string> MissingValues { get; }

    internal int IndexOf(string column, string source)
    {
        ArgumentNullException.ThrowIfNull(column);
        return _index.TryGetValue(column, out int index)
            ? index
            : throw new MalformedFileException(source, $"a column '{column}'", $"the columns {string.Join(", ", Names)}", line: 1);
    }
}
