namespace ResearchKit.Experiments;

/// <summary>One series of a figure.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Kind">How it is drawn.</param>
/// <param name="Points">The points, in order.</param>
public sealed record Series(string Name, SeriesKind Kind, IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>The system it shows; the same system has the same colour in all figures of a paper. Default: the name.</summary>
    public string System { get; init; } = Name;

    /// <summary>A system of the user's own, marked "not in the paper".</summary>
    public bool NotInPaper { get; init; }
}

/// <summary>One point of a series, with the interval it stands for.</summary>
/// <param name="X">The place on the horizontal axis (the index of the category on a category axis); the sample of an ECDF or box.</param>
/// <param name="Y">The place on the vertical axis; ignored for an ECDF.</param>
/// <param name="Low">The lower end of the interval, if there is one.</param>
/// <param name="High">The upper end of the interval, if there is one.</param>
/// <param name="Value">The value of a heat map's cell.</param>
public readonly record struct SeriesPoint(double X, double Y, double? Low = null, double? High = null, double? Value = null);

/// <summary>How a series is drawn.</summary>
public enum SeriesKind
{
    /// <summary>A line with markers, its interval as a band.</summary>
    Line,

    /// <summary>Grouped bars from zero, the interval as error bars.</summary>
    Bar,

    /// <summary>Markers, the interval as error bars.</summary>
    Scatter,

    /// <summary>The empirical distribution function of the X values.</summary>
    Ecdf,

    /// <summary>A heat map over X and Y of Value.</summary>
    Heat,

    /// <summary>A box plot per X of the Y values.</summary>
    Box,
}

/// <summary>A value of the paper's own, drawn as a hollow marker.</summary>
/// <param name="X">The place on the horizontal axis.</param>
/// <param name="Y">The value.</param>
/// <param name="Label">Its name in the legend, for example <c>paper, HarMoEny</c>.</param>
public sealed record ReferenceMark(double X, double Y, string Label)
{
    /// <summary>The system whose colour it takes; null draws it in the colour of the axes. Marks of different labels have different shapes.</summary>
    public string? System { get; init; }
}
