using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ResearchKit.Storage;

/// <summary>A number of bytes, written <c>2 GiB</c> (powers of 1024) or <c>2 GB</c> (powers of 1000). A bare number is bytes.</summary>
public readonly record struct ByteSize : IComparable<ByteSize>, IParsable<ByteSize>
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private const string Allowed =
        "a number from 0 on with B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB or PiB, at most 8 EiB in all, for example 2 GiB";

    /// <summary>A size of so many bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    public ByteSize(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
    }

    /// <summary>The number of bytes, 0 or more.</summary>
    public long Bytes { get; }

    /// <summary>Reads a size.</summary>
    /// <exception cref="FormatException">The text is no size; the message says what is allowed.</exception>
    public static ByteSize Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, out var size) ? size : throw new FormatException($"\"{s}\" is not a size; allowed is {Allowed}.");
    }

    /// <summary>Reads a size: digits with a point, blanks, a unit in any case. <c>K</c>, <c>M</c>, <c>G</c> alone could mean either power and are refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ByteSize size)
    {
        size = default;
        var trimmed = text.AsSpan().Trim();
        var digits = trimmed.IndexOfAnyExcept(Digits);
        var number = digits < 0 ? trimmed : trimmed[..digits];
        var unit = digits < 0 ? [] : trimmed[digits..].TrimStart();
        if (
            UnitBytes(unit) is not { } factor
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value > long.MaxValue / factor
        )
        {
            return false;
        }
        size = new((long)(value * factor));
        return true;
    }

    /// <inheritdoc/>
    static bool IParsable<ByteSize>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ByteSize result) =>
        TryParse(s, out result);

    /// <summary>The size in the largest binary unit that gives at least 1, with at most two decimals: <c>1.5 GiB</c>.</summary>
    public override string ToString()
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        var (value, unit) = ((decimal)Bytes, 0);
        // 1023.996 KiB would print as 1024 KiB: the next unit begins where rounding reaches it.
        while (unit < units.Length - 1 && Math.Round(value, 2) >= 1024)
        {
            value /= 1024;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(value, 2):0.##} {units[unit]}");
    }

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>Less.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Less or equal.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Greater.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Greater or equal.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;

    private static decimal? UnitBytes(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty || unit.Equals("B", StringComparison.OrdinalIgnoreCase))
        {
            return 1;
        }
        var power = "kmgtp".IndexOf(char.ToLowerInvariant(unit[0])) + 1;
        var rest = unit[1..];
        var step =
            rest.Equals("iB", StringComparison.OrdinalIgnoreCase) ? 1024m
            : rest.Equals("B", StringComparison.OrdinalIgnoreCase) ? 1000m
            : 0m;
        if (power == 0 || step == 0)
        {
            return null;
        }
        var bytes = 1m;
        for (var i = 0; i < power; i++)
        {
            bytes *= step;
        }
        return bytes;
    }
}
