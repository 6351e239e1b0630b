namespace ResearchKit.Audit;

/// <summary>
/// A number that describes the answers to one group. Most are shares, part over whole, and then have an interval; any other function of the
/// confusion table is one too (<see cref="Of(string, Func{GroupCounts, double})"/>).
/// </summary>
public sealed class FairnessMetric
{
    private readonly Func<GroupCounts, double> _value;
    private readonly Func<GroupCounts, double>? _whole;

    private FairnessMetric(string name, bool needsLabels, Func<GroupCounts, double> value, Func<GroupCounts, double>? whole) =>
        (Name, NeedsLabels, _value, _whole) = (name, needsLabels, value, whole);

    /// <summary>The name, for example <c>selectionRate</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the labels matter; without labels only the selection rate is known.</summary>
    public bool NeedsLabels { get; }

    /// <summary>Whether it is a share of rows, which has Wilson's interval.</summary>
    public bool IsShare => _whole is not null;

    /// <summary>A share of rows.</summary>
    /// <param name="name">The name.</param>
    /// <param name="part">The rows that count.</param>
    /// <param name="whole">The rows among which they are counted.</param>
    /// <param name="needsLabels">Whether the labels matter.</param>
    public static FairnessMetric Share(
        string name,
        Func<GroupCounts, double> part,
        Func<GroupCounts, double> whole,
        bool needsLabels = true
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(whole);
        return new FairnessMetric(name, needsLabels, part, whole);
    }

    /// <summary>Any function of the confusion table; it has no interval.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The function; NaN where it is not defined.</param>
    public static FairnessMetric Of(string name, Func<GroupCounts, double> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return new FairnessMetric(name, needsLabels: true, value, null);
    }

    /// <summary>The value for a group.</summary>
    /// <param name="counts">The group's confusion table.</param>
    /// <param name="undefined">What a share of no rows is.</param>
    /// <exception cref="InvalidOperationException">A share of no rows, and the policy is to throw.</exception>
    public double Value(GroupCounts counts, UndefinedRatePolicy undefined = UndefinedRatePolicy.NaN)
    {
        if (_whole is null)
        {
            return _value(counts);
        }
        double whole = _whole(counts);
        return whole != 0
            ? _value(counts) / whole
            : undefined switch
            {
                UndefinedRatePolicy.NaN => double.NaN,
                UndefinedRatePolicy.Zero => 0,
                _ => throw new InvalidOperationException($"{Name} is a share of no rows (0/0)."),
            };
    }

    internal (double Part, double Whole) Fraction(GroupCounts counts) => (_value(counts), _whole!(counts));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
