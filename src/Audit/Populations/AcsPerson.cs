namespace ResearchKit.Audit;

/// <summary>One row of a person file, by the names of its columns; NaN where a cell is blank. A comparison with NaN is false, as in the tasks' definitions.</summary>
public readonly ref struct AcsPerson
{
    private readonly IReadOnlyDictionary<string, int> _places;
    private readonly ReadOnlySpan<double> _values;

    internal AcsPerson(IReadOnlyDictionary<string, int> places, ReadOnlySpan<double> values)
    {
        _places = places;
        _values = values;
    }

    /// <summary>A value.</summary>
    /// <param name="column">The column; one of those the task names.</param>
    /// <exception cref="KeyNotFoundException">The task does not name it.</exception>
    public double this[string column] => _values[_places[column]];
}
