using System.Globalization;
using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Cli;

/// <summary>How numbers are written for people: four significant digits, invariant culture.</summary>
internal static class Numbers
{
    internal static string Of(double value) =>
        Math.Abs(value) is >= 1e15 or (> 0 and < 1e-4)
            ? value.ToString("0.###e+0", CultureInfo.InvariantCulture)
            : value.ToString(Math.Abs(value) >= 1000 ? "0.#" : "G4", CultureInfo.InvariantCulture);

    internal static string Of(Estimate estimate)
    {
        string value = Of(estimate.Value);
        string interval = estimate.Level > 0 ? $" [{Of(estimate.Low)}, {Of(estimate.High)}]" : "";
        return estimate.Method == IntervalMethod.Deterministic
            ? $"{value} (no seed)"
            : string.Create(CultureInfo.InvariantCulture, $"{value}{interval}, n = {estimate.Seeds}");
    }

    internal static string Of(Band band) =>
        (band.AtLeast, band.AtMost) switch
        {
            ({ } low, { } high) when low == high => $"exactly {Of(low)}",
            ({ } low, { } high) => $"{Of(low)} to {Of(high)}",
            ({ } low, null) => $"at least {Of(low)}",
            (null, { } high) => $"at most {Of(high)}",
            _ => "",
        };

    internal static string Of(PublishedValue value) => value.Low == value.High ? Of(value.Low) : $"{Of(value.Low)} to {Of(value.High)}";

    internal static string Duration(TimeSpan time) =>
        time.TotalSeconds switch
        {
            < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalMinutes):0} min {time.Seconds:00} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours):0} h {time.Minutes:00} min"),
        };

    /// <summary>Reads <c>90</c> or <c>90s</c>, <c>30m</c>, <c>2h</c>, or <c>hh:mm:ss</c>.</summary>
    internal static bool TryDuration(string text, out TimeSpan time)
    {
        double unit =
            text.Length == 0
                ? 0
                : char.ToLowerInvariant(text[^1]) switch
                {
                    's' => 1,
                    'm' => 60,
                    'h' => 3600,
                    _ => 0,
                };
        if (unit == 0 && text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time) && time > TimeSpan.Zero;
        }

        ReadOnlySpan<char> number = unit == 0 ? text : text.AsSpan(0, text.Length - 1);
        bool parsed = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        time = parsed && value is > 0 and < 1e8 ? TimeSpan.FromSeconds(value * (unit == 0 ? 1 : unit)) : TimeSpan.Zero;
        return time > TimeSpan.Zero;
    }
}
