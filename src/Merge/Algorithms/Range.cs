using System.Globalization;

namespace ResearchKit.Merge;

/// <summary>Checks of the algorithms' constants.</summary>
internal static class Range
{
    public static double Finite(double value, string name) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is a finite number.");

    /// <summary>In (0, 1].</summary>
    public static double Share(double value, string name) =>
        value is > 0 and <= 1 ? value : throw Wrong(value, name, "above 0 and at most 1");

    /// <summary>In [0, 1).</summary>
    public static double Probability(double value, string name) =>
        value is >= 0 and < 1 ? value : throw Wrong(value, name, "from 0 to below 1");

    public static double Within(double value, double low, double high, string name) =>
        value >= low && value <= high
            ? value
            : throw Wrong(value, name, string.Create(CultureInfo.InvariantCulture, $"from {low} to {high}"));

    private static ArgumentOutOfRangeException Wrong(double value, string name, string allowed) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed is {allowed}."));
}
