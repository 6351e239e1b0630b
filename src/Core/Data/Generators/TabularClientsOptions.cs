namespace ResearchKit.Data;

/// <summary>The world of <see cref="TabularClients"/>; the defaults imitate the four sites of the heart disease data.</summary>
public sealed record TabularClientsOptions
{
    /// <summary>The sites; by default four with the sizes and rates of Cleveland, Hungary, Switzerland and Long Beach (303, 261, 46 and 130 rows).</summary>
    public IReadOnlyList<TabularSite> Sites
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0 || value.Any(static site => site.Rows < 1 || site.PositiveRate is not (>= 0 and <= 1)))
                throw new ArgumentException("At least one site, each with at least 1 row and a rate in [0, 1].", nameof(Sites));
            field = [.. value];
        }
    } = [new("cleveland", 303, 0.46), new("hungary", 261, 0.38), new("switzerland", 46, 0.9), new("va", 130, 0.75)];

    /// <summary>The number of features (default 13).</summary>
    public int Features
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1 << 16);
    } = 13;

    /// <summary>How many features depend on the class (default 8), at most <see cref="Features"/>.</summary>
    public int Informative
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1 << 16);
    } = 8;

    /// <summary>The distance of the two classes' means in standard deviations (default 1.7: a perfect linear rule is right for 80 %, as on the real data).</summary>
    public double Separation
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 1.7;

    /// <summary>The standard deviation of a site's shift of each feature, in standard deviations of the feature (default 0.5).</summary>
    public double ShiftScale
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 0.5;

    /// <summary>The standard deviation of the logarithm of a site's scale of each feature (default 0.2).</summary>
    public double SpreadScale
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 0.2;

    /// <summary>How many features every site but the first records as a constant 0 (default 1), as cholesterol in the Swiss data.</summary>
    public int ConstantFeatures
    {
        get;
        init => field = GeneratorRange.Count(value, 0, 1 << 16);
    } = 1;
}
