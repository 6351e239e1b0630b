namespace ResearchKit.Audit;

/// <summary>To which group each row belongs: small numbers, and their names in a side table.</summary>
public sealed class Grouping
{
    private readonly int[] _codes;

    private Grouping(string attribute, int[] codes, IReadOnlyList<string> names) => (Attribute, _codes, Names) = (attribute, codes, names);

    /// <summary>The attribute, for example <c>sex</c>; of an intersection all of them.</summary>
    public string Attribute { get; }

    /// <summary>The number of the group of each row, into <see cref="Names"/>.</summary>
    public ReadOnlySpan<int> Codes => _codes;

    /// <summary>The names of the groups.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => _codes.Length;

    /// <summary>The number of groups.</summary>
    public int Count => Names.Count;

    /// <summary>Groups by the text of a value; names in ordinal order, so that the order of rows does not matter.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="values">The value of each row.</param>
    public static Grouping Of(string attribute, IReadOnlyList<string> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(attribute);
        ArgumentNullException.ThrowIfNull(values);
        string[] names = [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Dictionary<string, int> numbers = names.Select((n, i) => (n, i)).ToDictionary(StringComparer.Ordinal);
        return new Grouping(attribute, [.. values.Select(v => numbers[v])], names);
    }

    /// <summary>Groups by numbers.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="codes">The number of the group of each row; not copied.</param>
    /// <param name="names">The names of the groups.</param>
    /// <exception cref="ArgumentException">A number has no name.</exception>
    public static Grouping Of(string attribute, int[] codes, IReadOnlyList<string> names)
    {
        ArgumentException.ThrowIfNullOrEmpty(attribute);
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(names);
        int at = codes.AsSpan().IndexOfAnyExceptInRange(0, names.Count - 1);
        return at < 0
            ? new Grouping(attribute, codes, names)
            : throw new ArgumentException(
                FormattableString.Invariant($"Row {at} is in group {codes[at]}; there are names for 0 to {names.Count - 1}."),
                nameof(codes)
            );
    }

    /// <summary>The intersection: a group for each combination that occurs, for example <c>F, black</c>.</summary>
    /// <param name="other">The other attribute of the same rows.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public Grouping With(Grouping other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Audit.Rows.RequireEqual(Rows, Attribute, other.Rows, other.Attribute);
        bool[] occurs = new bool[Count * other.Count];
        for (int i = 0; i < _codes.Length; i++)
        {
            occurs[(_codes[i] * other.Count) + other._codes[i]] = true;
        }
        int[] number = new int[occurs.Length];
        List<string> names = [];
        for (int cell = 0; cell < occurs.Length; cell++)
        {
            if (occurs[cell])
            {
                number[cell] = names.Count;
                names.Add($"{Names[cell / other.Count]}, {other.Names[cell % other.Count]}");
            }
        }
        int[] codes = new int[_codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = number[(_codes[i] * other.Count) + other._codes[i]];
        }
        return new Grouping($"{Attribute} x {other.Attribute}", codes, names);
    }
}
