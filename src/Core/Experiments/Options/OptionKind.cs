using System.Collections;

namespace ResearchKit.Experiments;

/// <summary>What can be written for an option: a scalar, a list, a record of further options, or JSON.</summary>
/// <param name="Type">The declared type.</param>
/// <param name="Value">The type without its nullable wrapper.</param>
/// <param name="Nullable">Whether <c>null</c> is allowed.</param>
/// <param name="Element">The kind of the elements, for a list.</param>
/// <param name="IsRecord">Whether it has options of its own.</param>
internal sealed record OptionKind(Type Type, Type Value, bool Nullable, OptionKind? Element, bool IsRecord)
{
    internal static OptionKind Of(Type type, bool nullableReference)
    {
        Type? underlying = System.Nullable.GetUnderlyingType(type);
        Type value = underlying ?? type;
        Type? element =
            value == typeof(string) || value.IsAssignableTo(typeof(IDictionary)) || IsDictionary(value) ? null
            : value.IsArray ? value.GetElementType()
            : Interfaces(value)
                .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
                ?.GetGenericArguments()[0];
        return new OptionKind(
            type,
            value,
            underlying is not null || (nullableReference && !type.IsValueType),
            element is null ? null : Of(element, nullableReference: false),
            element is null && value is { IsClass: true } && value != typeof(string) && value != typeof(object) && !IsDictionary(value)
        );
    }

    /// <summary>The type in plain words.</summary>
    internal string Words =>
        Element is { } element ? $"list of {element.Words}"
        : Value.IsEnum ? string.Join('|', Enum.GetNames(Value))
        : Nullable ? $"{Word(Value)} or null"
        : Word(Value);

    private static bool IsDictionary(Type type) =>
        Interfaces(type)
            .Any(i =>
                i.IsGenericType
                && (
                    i.GetGenericTypeDefinition() == typeof(IDictionary<,>) || i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
                )
            );

    private static Type[] Interfaces(Type type) => type.IsInterface ? [type, .. type.GetInterfaces()] : type.GetInterfaces();

    private static string Word(Type type) =>
        Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.Single => "float",
            TypeCode.Double => "double",
            TypeCode.Decimal => "decimal",
            TypeCode.String => "text",
            _ => type.Name,
        };
}
