using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>How person files are read.</summary>
public sealed record AcsReadOptions
{
    /// <summary>The share of rows that is kept, in (0, 1]. Default all.</summary>
    public double Density
    {
        get;
        init =>
            field =
                value > 0 && value <= 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Density), value, "The share of rows that is kept lies in (0, 1].");
    } = 1;

    /// <summary>Draws which rows are kept, one number a row; needed below a density of 1.</summary>
    public RandomStream? Random { get; init; }

    /// <summary>
    /// Whether RELSHIPP, which replaced RELP in 2019, is mapped to it. The map loses distinctions; compare with the data dictionary before use. Default false: a file without RELP is an error.
    /// </summary>
    public bool MapRelationship { get; init; }
}
