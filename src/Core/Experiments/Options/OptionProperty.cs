using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace ResearchKit.Experiments;

/// <summary>A property of an options record: a value, or a record of its own with further options.</summary>
internal sealed class OptionProperty
{
    private readonly PropertyInfo property;

    private OptionProperty(PropertyInfo property)
    {
        this.property = property;
        Type declared = property.PropertyType;
        Kind = OptionKind.Of(declared, new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable);

        // The attributes of a positional record stand on the parameter of its constructor unless they say [property: ...].
        IEnumerable<Attribute> onParameter = property
            .DeclaringType!.GetConstructors()
            .SelectMany(c => c.GetParameters())
            .Where(p => p.Name == property.Name && p.ParameterType == declared)
            .SelectMany(p => p.GetCustomAttributes());
        Attributes = [.. property.GetCustomAttributes(), .. onParameter];
    }

    /// <summary>The name of the property.</summary>
    internal string Name => property.Name;

    /// <summary>What can be written for it.</summary>
    internal OptionKind Kind { get; }

    internal IReadOnlyList<Attribute> Attributes { get; }

    internal IEnumerable<ValidationAttribute> Rules => Attributes.OfType<ValidationAttribute>();

    internal string? Meaning =>
        Attributes.OfType<DescriptionAttribute>().FirstOrDefault()?.Description
        ?? Attributes.OfType<DisplayAttribute>().FirstOrDefault()?.GetDescription();

    internal bool IsPlanOnly => Attributes.OfType<PlanOnlyAttribute>().Any();

    /// <summary>The options of a record: its public properties that can be set, base classes first.</summary>
    /// <param name="type">The record.</param>
    internal static IReadOnlyList<OptionProperty> Of(Type type) =>
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.GetIndexParameters().Length == 0 && p.GetMethod is not null && p.SetMethod is { IsPublic: true })
                .OrderBy(p => Depth(p.DeclaringType!))
                .ThenBy(p => p.MetadataToken)
                .Select(p => new OptionProperty(p)),
        ];

    internal object? ValueOf(object options) => property.GetValue(options);

    private static int Depth(Type type) => type.BaseType is null ? 0 : 1 + Depth(type.BaseType);
}
