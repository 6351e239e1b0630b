using System.Globalization;

namespace ResearchKit.Experiments;

/// <summary>Numbers as figures and tables show them: a thin space between thousands, a point before the decimals.</summary>
internal static class FigureNumbers
{
    private static readonly NumberFormatInfo Format = new()
    {
        NumberGroupSeparator = "\u2009",
        NumberDecimalSeparator = ".",
        NegativeSign = "\u2212",
        NaNSymbol = "missing",
        PositiveInfinitySymbol = "\u221E",
        NegativeInfinitySymbol = "\u2212\u221E",
    };

    /// <summary>A tick of a linear axis.</summary>
    internal static string Tick(double value) =>
        Math.Abs(value) is > 0 and < 1e-4 or >= 1e9 ? Power(value) : Math.Round(value, 10).ToString("#,0.##########", Format);

    /// <summary>A tick of a logarithmic axis: 1, 10, 100 up to a million and down to a thousandth, else a power.</summary>
    internal static string LogTick(int exponent) =>
        exponent is >= -3 and <= 6 ? Math.Pow(10, exponent).ToString("#,0.###", Format) : "10" + Superscript(exponent);

    /// <summary>A value of a table: four significant digits, thousands apart.</summary>
    internal static string Value(double value)
    {
        if (!double.IsFinite(value) || value == 0)
        {
            return value.ToString("0", Format);
        }

        int magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return magnitude is < -4 or >= 9 ? Power(value) : value.ToString("#,0." + new string('#', Math.Clamp(3 - magnitude, 0, 8)), Format);
    }

    private static string Power(double value)
    {
        int exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        double mantissa = Math.Round(value / Math.Pow(10, exponent), 3);
        return $"{mantissa.ToString("0.###", Format)}\u00D710{Superscript(exponent)}";
    }

    private static string Superscript(int exponent) =>
        string.Concat(
            exponent
                .ToString(CultureInfo.InvariantCulture)
                .Select(c =>
                    c switch
                    {
                        '-' => '\u207B',
                        '1' => '\u00B9',
                        '2' => '\u00B2',
                        '3' => '\u00B3',
                        _ => (char)('\u2070' + (c - '0')),
                    }
                )
        );
}
