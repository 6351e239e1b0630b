namespace ResearchKit.Audit;

/// <summary>Which columns of a table are audited, and when it counts as fair.</summary>
public sealed record TableAuditOptions
{
    /// <summary>The column of labels, which read as 0 or 1; null if unknown: then only selection rates are compared.</summary>
    public string? Label { get; init; }

    /// <summary>The column of answers, which read as 0 or 1. Either this or <see cref="Score"/>.</summary>
    public string? Prediction { get; init; }

    /// <summary>The column of scores, numbers; the answer is 1 above <see cref="Threshold"/>.</summary>
    public string? Score { get; init; }

    /// <summary>The score above which the answer is 1. Default 0.5.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>The columns of protected attributes; at least one. From two on their intersection is compared as well.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>The column of weights; null for 1 each.</summary>
    public string? Weight { get; init; }

    /// <summary>What becomes of a row with a missing value. Default an error.</summary>
    public MissingValues Missing { get; init; } = MissingValues.Fail;

    /// <summary>Texts that mean "missing", besides the empty one.</summary>
    public IReadOnlyList<string> MissingTexts { get; init; } = [];

    /// <summary>Texts that read as 1; empty: 1, 1.0, true, yes (in any case), and 0, 0.0, false, no read as 0. Otherwise all other texts read as 0.</summary>
    public IReadOnlyList<string> Positive { get; init; } = [];

    /// <summary>eps: the difference of selection rates up to which answers count as fair, in [0, 1]. Default 0.05.</summary>
    public double Epsilon
    {
        get;
        init => field = Rows.RequireIn(value, 0, 1, nameof(Epsilon));
    } = 0.05;

    /// <summary>tau: the error rate from which answers are not believed, in (0, 1]; null to believe any.</summary>
    public double? Tau
    {
        get;
        init => field = value is { } tau ? Rows.RequireTau(tau) : null;
    }

    /// <summary>Intervals, small groups.</summary>
    public GroupTableOptions Table { get; init; } = GroupTableOptions.Default;

    /// <summary>The most groups there may be, of all attributes together: a column of identifiers is no attribute. Default 10,000.</summary>
    public int MostGroups { get; init; } = 10_000;

    internal void Check()
    {
        if (Groups is null || Groups.Count == 0)
        {
            throw new ArgumentException("An audit compares groups: name at least one column of a protected attribute.", nameof(Groups));
        }
        if ((Prediction is null) == (Score is null))
        {
            throw new ArgumentException("Name either the column of answers or that of scores.", nameof(Prediction));
        }
        if (Tau is not null && Label is null)
        {
            throw new ArgumentException("A threshold on the error rate needs labels: name their column.", nameof(Label));
        }
        if (Groups.Distinct(StringComparer.Ordinal).Count() != Groups.Count)
        {
            throw new ArgumentException("A column of a protected attribute is named twice.", nameof(Groups));
        }
    }
}
