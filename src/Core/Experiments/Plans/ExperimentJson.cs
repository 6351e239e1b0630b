using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>How options and cells are written as JSON: names of properties as they are, enums by name, no unknown members, no NaN.</summary>
internal static class ExperimentJson
{
    private static readonly ConditionalWeakTable<Type, bool[]> Newer = [];

    /// <summary>Everything: what manifests and plans store.</summary>
    internal static JsonSerializerOptions Whole { get; } = Create();

    /// <summary>What decides a key of a cell: without <see cref="SinceAttribute"/> properties that equal their default.</summary>
    internal static JsonSerializerOptions CellKey { get; } = Create(OmitNewDefaults);

    /// <summary>What of the options decides a key: as for cells, and without <see cref="PlanOnlyAttribute"/> properties.</summary>
    internal static JsonSerializerOptions OptionsKey { get; } = Create(OmitPlanOnly, OmitNewDefaults);

    /// <summary>Whether a record, or one within it, has properties that came with a later version: the JSON of its key may then be shorter than the whole.</summary>
    /// <param name="type">The record.</param>
    internal static bool HasNewerProperties(Type type) => Newer.GetValue(type, t => [FindNewer(t, [])])[0];

    /// <summary>Writes a record as a JSON object.</summary>
    /// <param name="value">The options or the cell.</param>
    /// <param name="options">One of the sets above.</param>
    /// <exception cref="ArgumentException">A number is NaN or infinite.</exception>
    internal static JsonObject ToObject(object value, JsonSerializerOptions options) =>
        JsonObject.Create(ToElement(value, options))
        ?? throw new ArgumentException($"{value.GetType()} is no record: it is not a JSON object.");

    /// <summary>The canonical text of a record (RFC 8785), by which it is compared and hashed.</summary>
    /// <param name="value">The options or the cell.</param>
    /// <param name="options">One of the sets above.</param>
    /// <exception cref="ArgumentException">A number is NaN or infinite, or an integer is beyond 2^53 (two of them would have one text).</exception>
    internal static string Canonical(object value, JsonSerializerOptions options) =>
        CanonicalJson.Serialize(ToElement(value, options), exactIntegers: true);

    private static JsonElement ToElement(object value, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.SerializeToElement(value, value.GetType(), options);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{value}: NaN and infinities are allowed in rows only, not in options or cells ({e.Message})", e);
        }
    }

    private static bool FindNewer(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
        {
            return false;
        }

        JsonTypeInfo info = Whole.GetTypeInfo(type);
        return info.Properties.Any(p => Has<SinceAttribute>(p) || FindNewer(p.PropertyType, seen))
            || (info.ElementType is { } element && FindNewer(element, seen));
    }

    private static JsonSerializerOptions Create(params Action<JsonTypeInfo>[] modifiers)
    {
        DefaultJsonTypeInfoResolver resolver = new();
        foreach (Action<JsonTypeInfo> modifier in modifiers)
        {
            resolver.Modifiers.Add(modifier);
        }

        JsonSerializerOptions options = new()
        {
            TypeInfoResolver = resolver,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        };
        options.MakeReadOnly();
        return options;
    }

    private static void OmitPlanOnly(JsonTypeInfo type)
    {
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (Has<PlanOnlyAttribute>(type.Properties[i]))
            {
                type.Properties.RemoveAt(i);
            }
        }
    }

    private static void OmitNewDefaults(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties.Where(Has<SinceAttribute>))
        {
            string defaultJson = JsonSerializer.Serialize(RecordDefaults.Of(type.Type, property.Name), property.PropertyType, Whole);
            property.ShouldSerialize = (_, value) => JsonSerializer.Serialize(value, property.PropertyType, Whole) != defaultJson;
        }
    }

    private static bool Has<TAttribute>(JsonPropertyInfo property)
        where TAttribute : Attribute =>
        property.AttributeProvider is MemberInfo member && member.IsDefined(typeof(TAttribute), inherit: true);
}
