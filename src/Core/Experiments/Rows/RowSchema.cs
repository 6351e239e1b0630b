using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>The columns of a row record, and the way between records and CSV fields. Columns are matched by name.</summary>
public sealed class RowSchema
{
    /// <summary>The columns in front of every row of a journal.</summary>
    internal static readonly IReadOnlyList<string> JournalColumns = ["CellKey", "RowIndex"];

    private static readonly ConditionalWeakTable<Type, RowSchema> Known = [];

    private readonly Type type;
    private readonly IReadOnlyList<RowProperty> properties;
    private readonly Action<CsvWriter, object>[] writers;
    private readonly Lazy<Func<CsvReader, int[], object>> read;

    private RowSchema(Type type)
    {
        this.type = type;
        properties = RowProperty.Of(type);
        foreach (RowProperty property in properties)
        {
            if (RowField.WriterOf(property.Property.PropertyType) is null)
            {
                throw new ArgumentException(
                    $"{type.Name}.{property.Property.Name} is a {property.Property.PropertyType.Name}: rows hold scalars only "
                        + "(bool, integers, float, double, decimal, string, enum, DateTimeOffset, TimeSpan, and nullable of these). "
                        + "A long series is rows with a step column; anything else is an artifact."
                );
            }

            if (JournalColumns.Contains(property.Name))
            {
                throw new ArgumentException(
                    $"{type.Name}.{property.Property.Name}: the column name {property.Name} is taken by the journal."
                );
            }
        }

        Columns = [.. properties.Select(p => p.Column(ofCell: false))];
        writers = [.. properties.Select(CompileWriter)];
        read = new Lazy<Func<CsvReader, int[], object>>(CompileReader);
    }

    /// <summary>The columns, in the order of the record.</summary>
    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>The schema of a row record.</summary>
    /// <param name="type">The record: scalars that its constructor or an initialiser sets.</param>
    /// <exception cref="ArgumentException">A property is not a scalar, or has the name of a column of the journal.</exception>
    public static RowSchema Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Known.GetValue(type, t => new RowSchema(t));
    }

    /// <summary>Writes the fields of a row, without ending the record.</summary>
    /// <param name="writer">The CSV writer.</param>
    /// <param name="row">The row record.</param>
    /// <exception cref="ArgumentException">A text has line breaks.</exception>
    internal void Write(CsvWriter writer, object row)
    {
        for (int i = 0; i < writers.Length; i++)
        {
            try
            {
                writers[i](writer, row);
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"{type.Name}.{properties[i].Property.Name}: {e.Message}.", e);
            }
        }
    }

    /// <summary>Where in a file's records each column stands; -1 for one that is not there.</summary>
    /// <param name="header">The columns of the file.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="notes">Told of columns that the record no longer has.</param>
    /// <exception cref="ResearchKitException">RK3002: the file lacks a column that has neither null nor a default.</exception>
    internal int[] Map(IReadOnlyList<string> header, string file, ICollection<string> notes)
    {
        int[] map = new int[properties.Count];
        HashSet<string> used = new(JournalColumns, StringComparer.Ordinal);
        for (int i = 0; i < map.Length; i++)
        {
            RowProperty property = properties[i];
            string? name = new[] { property.Name }.Concat(property.OldNames).FirstOrDefault(header.Contains);
            map[i] = name is null ? -1 : IndexOf(header, name);
            used.Add(name ?? property.Name);
            if (name is null && !property.IsNullable && !property.HasDefault)
            {
                throw new ResearchKitException(
                    ErrorCodes.RunDamaged,
                    $"{file} has no column {property.Name}, and {type.Name}.{property.Property.Name} can neither be null nor has a default.",
                    "Raise the Version of the experiment and run it again, or make the column nullable, or give it a default by [DefaultValue]."
                );
            }
        }

        foreach (string name in header.Where(n => !used.Contains(n)))
        {
            notes.Add($"{file}: the column {name} is ignored, {type.Name} no longer has it");
        }

        return map;
    }

    /// <summary>Reads a row from the current record.</summary>
    /// <param name="reader">The reader, positioned on a record.</param>
    /// <param name="map">The place of each column, by <see cref="Map"/>.</param>
    internal object Read(CsvReader reader, int[] map) => read.Value(reader, map);

    /// <summary>The text of a column in files that lack it.</summary>
    /// <param name="column">The place of the column.</param>
    internal string MissingText(int column) => properties[column].HasDefault ? RowField.Text(properties[column].Default) : "";

    private static int IndexOf(IReadOnlyList<string> header, string name)
    {
        int index = 0;
        while (header[index] != name)
        {
            index++;
        }

        return index;
    }

    private Action<CsvWriter, object> CompileWriter(RowProperty property)
    {
        ParameterExpression writer = Expression.Parameter(typeof(CsvWriter));
        ParameterExpression row = Expression.Parameter(typeof(object));
        Expression value = Expression.Property(Expression.Convert(row, type), property.Property);
        MethodInfo method = RowField.WriterOf(property.Property.PropertyType)!;
        return Expression.Lambda<Action<CsvWriter, object>>(Expression.Call(method, writer, value), writer, row).Compile();
    }

    private Func<CsvReader, int[], object> CompileReader()
    {
        ParameterExpression reader = Expression.Parameter(typeof(CsvReader));
        ParameterExpression map = Expression.Parameter(typeof(int[]));
        ConstructorInfo constructor =
            RowProperty.ConstructorOf(type)
            ?? throw new ArgumentException($"{type} has no public constructor, so rows cannot be read back.");
        Dictionary<string, Expression> values = properties
            .Select((p, i) => (p, Value: ValueOf(p, Expression.ArrayIndex(map, Expression.Constant(i)), reader)))
            .ToDictionary(v => v.p.Property.Name, v => v.Value);
        ParameterInfo[] parameters = constructor.GetParameters();
        if (parameters.FirstOrDefault(p => !values.ContainsKey(p.Name!)) is { } stray)
        {
            throw new ArgumentException(
                $"{type}: the constructor's parameter {stray.Name} is no property of the record, so rows cannot be read back."
            );
        }

        Expression created = Expression.MemberInit(
            Expression.New(constructor, parameters.Select(p => values[p.Name!])),
            properties
                .Where(p => parameters.All(a => a.Name != p.Property.Name))
                .Select(p => Expression.Bind(p.Property, values[p.Property.Name]))
        );
        return Expression.Lambda<Func<CsvReader, int[], object>>(Expression.Convert(created, typeof(object)), reader, map).Compile();
    }

    private static Expression ValueOf(RowProperty property, Expression column, ParameterExpression reader)
    {
        Type valueType = property.Property.PropertyType;
        Expression read = Expression.Call(RowField.ReaderOf(valueType)!, reader, column);
        if (valueType == typeof(string) && !property.IsNullable)
        {
            read = Expression.Coalesce(read, Expression.Constant(""));
        }

        return property.HasDefault
            ? Expression.Condition(
                Expression.LessThan(column, Expression.Constant(0)),
                Expression.Convert(Expression.Constant(property.Default), valueType),
                read
            )
            : read;
    }
}
