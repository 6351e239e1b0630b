using System.Globalization;
using System.Numerics;

namespace ResearchKit.Data;

/// <summary>One record of a delimited text file. Asking for a number that is none is an error with file, line and column.</summary>
public sealed class DelimitedRecord
{
    private readonly string _source;
    private readonly DelimitedHeader _header;
    private readonly string[] _values;

    internal DelimitedRecord(string source, DelimitedHeader header, string[] values, long line)
    {
        _source = source;
        _header = header;
        _values = values;
        Line = line;
    }

    /// <summary>The line of the file where the record starts, from 1.</summary>
    public long Line { get; }

    /// <summary>The number of values.</summary>
    public int Count => _values.Length;

    /// <summary>The names of the columns; empty without a header.</summary>
    public IReadOnlyList<string> Columns => _header.Names;

    /// <summary>The values.</summary>
    public IReadOnlyList<string> Values => _values;

    /// <summary>A value by its column, from 0.</summary>
    /// <param name="column">The column.</param>
    /// <exception cref="MalformedFileException">The record is too short.</exception>
    public string this[int column] =>
        (uint)column < (uint)_values.Length
            ? _values[column]
            : throw new MalformedFileException(_source, $"at least {column + 1} values", $"{_values.Length}", Line);

    /// <summary>A value by the name of its column.</summary>
    /// <param name="column">The name, exactly as in the header.</param>
    /// <exception cref="MalformedFileException">The file has no such column, or the record is too short.</exception>
    public string this[string column] => this[_header.IndexOf(column, _source)];

    /// <summary>Whether a value is empty or stands for "missing".</summary>
    /// <param name="column">The column, from 0.</param>
    /// <returns>Whether it is missing.</returns>
    public bool IsMissing(int column) => this[column] is var value && (value.Length == 0 || _header.MissingValues.Contains(value));

    /// <summary>Whether a value is empty or stands for "missing".</summary>
    /// <param name="column">The name of the column.</param>
    /// <returns>Whether it is missing.</returns>
    public bool IsMissing(string column) => IsMissing(_header.IndexOf(column, _source));

    /// <summary>A value as a number.</summary>
    /// <typeparam name="T">The type of number.</typeparam>
    /// <param name="column">The column, from 0.</param>
    /// <returns>The number.</returns>
    /// <exception cref="MalformedFileException">It is no such number.</exception>
    public T Number<T>(int column)
        where T : struct, INumber<T>
    {
        const NumberStyles style = NumberStyles.Float;
        string value = this[column];
        return T.TryParse(value, style, CultureInfo.InvariantCulture, out T number)
            ? number
            : throw new MalformedFileException(_source, $"a number ({typeof(T).Name})", value, Line, column + 1);
    }

    /// <summary>A value as a number.</summary>
    /// <typeparam name="T">The type of number.</typeparam>
    /// <param name="column">The name of the column.</param>
    /// <returns>The number.</returns>
    /// <exception cref="MalformedFileException">It is no such number, or there is no such column.</exception>
    public T Number<T>(string column)
        where T : struct, INumber<T> => Number<T>(_header.IndexOf(column, _source));

    /// <summary>A value as a number, or NaN if it is missing.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <returns>The number or NaN.</returns>
    /// <exception cref="MalformedFileException">It is neither a number nor missing.</exception>
    public double NumberOrNaN(int column) => IsMissing(column) ? double.NaN : Number<double>(column);
}
