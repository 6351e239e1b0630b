using System.Reflection;

namespace ResearchKit.Experiments;

/// <summary>What a property of a record is when nobody sets it.</summary>
internal static class RecordDefaults
{
    /// <summary>The value an empty instance has, else the default of the constructor's parameter of that name, else that of the type.</summary>
    /// <param name="type">The record.</param>
    /// <param name="name">The property.</param>
    internal static object? Of(Type type, string name)
    {
        PropertyInfo property = type.GetProperty(name)!;
        if (type.GetConstructor(Type.EmptyTypes) is not null)
        {
            return property.GetValue(Activator.CreateInstance(type));
        }

        ParameterInfo? parameter = type.GetConstructors().SelectMany(c => c.GetParameters()).FirstOrDefault(p => p.Name == name);
        Type valueType = property.PropertyType;
        return parameter is { HasDefaultValue: true, DefaultValue: { } value }
            ? (Nullable.GetUnderlyingType(valueType) ?? valueType) is { IsEnum: true } e
                ? Enum.ToObject(e, value)
                : value
            : valueType.IsValueType
                ? Activator.CreateInstance(valueType)
                : null;
    }
}
