using System.ComponentModel;
using System.Reflection;
using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>A property of a row record, as a column.</summary>
/// <param name="Property">The property.</param>
/// <param name="Name">The name of the column.</param>
/// <param name="OldNames">Names the column had in older files.</param>
/// <param name="Parameter">The parameter of the constructor that sets it, if one does.</param>
internal sealed record RowProperty(PropertyInfo Property, string Name, IReadOnlyList<string> OldNames, ParameterInfo? Parameter)
{
    private readonly bool nullableReference =
        !Property.PropertyType.IsValueType && new NullabilityInfoContext().Create(Property).ReadState == NullabilityState.Nullable;

    /// <summary>Whether null is a value of the column: what older files lack then reads as null.</summary>
    internal bool IsNullable => nullableReference || Nullable.GetUnderlyingType(Property.PropertyType) is not null;

    /// <summary>Whether the record says what the value is in files that lack the column.</summary>
    internal bool HasDefault => Parameter is { HasDefaultValue: true } || Property.IsDefined(typeof(DefaultValueAttribute));

    internal object? Default =>
        Property.GetCustomAttribute<DefaultValueAttribute>() is { } attribute ? attribute.Value
        : Parameter is { HasDefaultValue: true } ? RecordDefaults.Of(Property.ReflectedType!, Property.Name)
        : null;

    internal RowColumn Column(bool ofCell) =>
        new(Name, Property.GetCustomAttribute<UnitAttribute>()?.Unit, ofCell, RowField.IsNumber(Property.PropertyType));

    /// <summary>The columns of a record: what can be set, by the constructor or by an initialiser; base classes first.</summary>
    /// <param name="type">The record.</param>
    internal static IReadOnlyList<RowProperty> Of(Type type)
    {
        ParameterInfo[] parameters = ConstructorOf(type)?.GetParameters() ?? [];
        return
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.GetMethod is not null && p.GetIndexParameters().Length == 0 && !p.IsDefined(typeof(CsvIgnoreAttribute)))
                .Select(p =>
                    (Property: p, Parameter: parameters.FirstOrDefault(a => a.Name == p.Name && a.ParameterType == p.PropertyType))
                )
                .Where(p => p.Parameter is not null || p.Property.SetMethod is { IsPublic: true })
                .OrderBy(p => Depth(p.Property.DeclaringType!))
                .ThenBy(p => p.Property.MetadataToken)
                .Select(p => Create(p.Property, p.Parameter)),
        ];
    }

    /// <summary>The constructor that makes a record: the one without parameters, else the one with most.</summary>
    /// <param name="type">The record.</param>
    internal static ConstructorInfo? ConstructorOf(Type type) =>
        type.GetConstructor(Type.EmptyTypes) ?? type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault();

    private static RowProperty Create(PropertyInfo property, ParameterInfo? parameter)
    {
        CsvColumnAttribute? column =
            property.GetCustomAttribute<CsvColumnAttribute>() ?? parameter?.GetCustomAttribute<CsvColumnAttribute>();
        string name = string.IsNullOrEmpty(column?.Name) ? property.Name : column.Name;
        return new RowProperty(property, name, column?.AlternateNames ?? [], parameter);
    }

    private static int Depth(Type type) => type.BaseType is null ? 0 : 1 + Depth(type.BaseType);
}
