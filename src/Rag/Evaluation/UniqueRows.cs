namespace ResearchKit.Rag;

/// <summary>Rows in the order of a file, their ids unique.</summary>
internal sealed class UniqueRows<TRow>(string path, DuplicateIds duplicates)
{
    private readonly List<TRow> _rows = [];
    private readonly Dictionary<string, (int Place, long Line)> _places = new(StringComparer.Ordinal);

    public IReadOnlyList<TRow> Rows => _rows;

    public void Add(string id, long line, TRow row)
    {
        if (id.Length == 0)
        {
            throw new MalformedFileException(path, "an id", "an empty text", line);
        }
        if (_places.TryGetValue(id, out (int Place, long Line) first))
        {
            if (duplicates == DuplicateIds.Error)
            {
                throw new MalformedFileException(path, "ids that occur once", $"'{id}' again, first in line {first.Line}", line);
            }
            _rows[first.Place] = row;
            return;
        }
        _places.Add(id, (_rows.Count, line));
        _rows.Add(row);
    }
}
