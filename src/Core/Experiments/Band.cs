namespace ResearchKit.Experiments;

/// <summary>What a claim accepts. A band without an edge cannot fail, and is refused when the claim is judged.</summary>
/// <param name="AtLeast">The lower edge, or null.</param>
/// <param name="AtMost">The upper edge, or null.</param>
public readonly record struct Band(double? AtLeast, double? AtMost)
{
    /// <summary>Whether a value lies in the band, its edges included; NaN never does.</summary>
    /// <param name="value">The value.</param>
    public bool Contains(double value) => !double.IsNaN(value) && !(value < AtLeast) && !(value > AtMost);
}

/// <summary>The paper's number, or range of numbers.</summary>
/// <param name="Low">The smallest.</param>
/// <param name="High">The largest; equal to <paramref name="Low"/> for a single number.</param>
public readonly record struct PublishedValue(double Low, double High);
