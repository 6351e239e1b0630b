using System.Text.Json;
using System.Text.RegularExpressions;

namespace ResearchKit.Agents;

/// <summary>
/// Checks JSON against JSON Schema (draft 2020-12, and what draft-07 shares with it): types, enumerations, objects, arrays, bounds, patterns, combinators and local references. References
/// to the network are refused, formats are annotations, and work is bounded, so that schemas of strangers can be used.
/// </summary>
public sealed class JsonSchemaValidator
{
    /// <summary>The default bound on schemas within one another.</summary>
    public const int MostDepth = 64;

    private static readonly TimeSpan MostMatching = TimeSpan.FromMilliseconds(100);
    private readonly JsonElement _root;
    private readonly JsonElement _start;
    private readonly JsonSchemaLimits _limits;
    private readonly Dictionary<string, Regex> _patterns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _references = new(StringComparer.Ordinal);

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="at">A JSON Pointer to the part that instances must satisfy, for example <c>#/$defs/Task</c>; null: the whole.</param>
    /// <param name="limits">What it may cost.</param>
    /// <exception cref="DocumentRejectedException">The schema is too large, refers outside itself, or has a pattern that cannot be used.</exception>
    public JsonSchemaValidator(JsonElement schema, string? at = null, JsonSchemaLimits? limits = null)
    {
        _root = schema.Clone();
        _limits = limits ?? JsonSchemaLimits.Default;
        int nodes = 0;
        Prepare(_root, ref nodes, isSchema: true);
        _start = at is null ? _root : Resolve(at);
    }

    /// <summary>Reads a schema from its text.</summary>
    /// <param name="schema">The text.</param>
    /// <param name="at">As in the constructor.</param>
    /// <param name="limits">What it may cost.</param>
    /// <exception cref="DocumentRejectedException">The text is no JSON, or no schema that can be used.</exception>
    public static JsonSchemaValidator Parse(string schema, string? at = null, JsonSchemaLimits? limits = null)
    {
        try
        {
            using var document = JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = 256 });
            return new JsonSchemaValidator(document.RootElement, at, limits);
        }
        catch (JsonException e)
        {
            throw new DocumentRejectedException("schema", e.Message, e);
        }
    }

    /// <summary>What is wrong with an instance; empty if nothing is. At most 32 errors are listed.</summary>
    /// <param name="instance">The instance.</param>
    public IReadOnlyList<JsonSchemaError> Validate(JsonElement instance)
    {
        Evaluation evaluation = new(this);
        evaluation.Apply(_start, instance, "", 0);
        return evaluation.Errors;
    }

    /// <summary>Whether an instance satisfies the schema.</summary>
    /// <param name="instance">The instance.</param>
    public bool IsValid(JsonElement instance) => Validate(instance).Count == 0;

    private void Prepare(JsonElement element, ref int nodes, bool isSchema)
    {
        if (++nodes > _limits.MostNodes)
        {
            throw new DocumentRejectedException("schema", $"has more than {_limits.MostNodes} nodes");
        }
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                Prepare(item, ref nodes, isSchema);
            }
            return;
        }
        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (isSchema && member is { Name: "$ref", Value.ValueKind: JsonValueKind.String })
            {
                string reference = member.Value.GetString()!;
                if (!reference.StartsWith('#'))
                {
                    throw new DocumentRejectedException(
                        "schema.$ref",
                        $"'{reference}' leads outside; only references within the schema are followed"
                    );
                }
                _references[reference] = Resolve(reference);
            }
            else if (isSchema && member is { Name: "pattern", Value.ValueKind: JsonValueKind.String })
            {
                _ = Pattern(member.Value.GetString()!);
            }
            // A default, an example or a constant is data, however it looks.
            Prepare(member.Value, ref nodes, isSchema && member.Name is not ("const" or "enum" or "default" or "examples" or "example"));
        }
    }

    private JsonElement Resolve(string reference)
    {
        JsonElement at = _root;
        foreach (string raw in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string part = Uri.UnescapeDataString(raw)
                .Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            at = at.ValueKind switch
            {
                JsonValueKind.Object when at.TryGetProperty(part, out JsonElement next) => next,
                JsonValueKind.Array when int.TryParse(part, out int index) && index >= 0 && index < at.GetArrayLength() => at[index],
                _ => throw new DocumentRejectedException("schema.$ref", $"'{reference}' is not in the schema"),
            };
        }
        return at;
    }

    private Regex Pattern(string pattern)
    {
        if (_patterns.TryGetValue(pattern, out Regex? known))
        {
            return known;
        }
        Regex regex;
        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MostMatching);
        }
        catch (NotSupportedException)
        {
            // Look-around needs the backtracking engine; the time of a match is bounded all the same.
            regex = new Regex(pattern, RegexOptions.CultureInvariant, MostMatching);
        }
        catch (ArgumentException e)
        {
            throw new DocumentRejectedException("schema.pattern", $"'{pattern}' is no regular expression", e);
        }
        return _patterns[pattern] = regex;
    }

    private sealed class Evaluation(JsonSchemaValidator owner)
    {
        private const int MostErrors = 32;
        private int _steps;

        internal List<JsonSchemaError> Errors { get; } = [];

        internal bool Apply(JsonElement schema, JsonElement value, string path, int depth)
        {
            if (schema.ValueKind == JsonValueKind.True)
            {
                return true;
            }
            if (schema.ValueKind == JsonValueKind.False)
            {
                return Fail(path, "nothing is allowed here");
            }
            if (depth > owner._limits.MostDepth || ++_steps > owner._limits.MostSteps)
            {
                return Fail(path, $"the schema takes more than depth {owner._limits.MostDepth} or {owner._limits.MostSteps} steps");
            }
            if (schema.ValueKind != JsonValueKind.Object)
            {
                return Fail(path, "the schema is neither an object nor a boolean");
            }
            bool ok = true;
            foreach (JsonProperty keyword in schema.EnumerateObject())
            {
                ok &= Keyword(schema, keyword, value, path, depth);
            }
            return ok;
        }

        private bool Keyword(JsonElement schema, JsonProperty keyword, JsonElement value, string path, int depth) =>
            keyword.Name switch
            {
                "$ref" => Apply(owner._references[keyword.Value.GetString()!], value, path, depth + 1),
                "type" => HasType(keyword.Value, value) || Fail(path, $"is {KindOf(value)}; the type must be {keyword.Value.GetRawText()}"),
                "enum" => keyword.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value))
                    || Fail(path, $"is none of {Short(keyword.Value)}"),
                "const" => JsonElement.DeepEquals(keyword.Value, value) || Fail(path, $"must be {Short(keyword.Value)}"),
                "allOf" => AllOf(keyword.Value, value, path, depth),
                "anyOf" => Count(keyword.Value, value, path, depth, atMost: 1) > 0 || Fail(path, "fits none of anyOf"),
                "oneOf" => Count(keyword.Value, value, path, depth, atMost: 2) == 1 || Fail(path, "must fit exactly one of oneOf"),
                "not" => !Silently(keyword.Value, value, path, depth) || Fail(path, "must not fit"),
                "if" => If(schema, keyword.Value, value, path, depth),
                _ => value.ValueKind switch
                {
                    JsonValueKind.Object => ObjectKeyword(schema, keyword, value, path, depth),
                    JsonValueKind.Array => ArrayKeyword(schema, keyword, value, path, depth),
                    JsonValueKind.String => StringKeyword(keyword, value, path),
                    JsonValueKind.Number => NumberKeyword(keyword, value, path),
                    _ => true,
                },
            };

        private bool ObjectKeyword(JsonElement schema, JsonProperty keyword, JsonElement value, string path, int depth)
        {
            switch (keyword.Name)
            {
                case "properties":
                    bool ok = true;
                    foreach (JsonProperty property in keyword.Value.EnumerateObject())
                    {
                        if (value.TryGetProperty(property.Name, out JsonElement member))
                        {
                            ok &= Apply(property.Value, member, $"{path}/{property.Name}", depth + 1);
                        }
                    }
                    return ok;
                case "required":
                    return keyword
                        .Value.EnumerateArray()
                        .All(n => value.TryGetProperty(n.GetString()!, out _) || Fail(path, $"lacks the member {n.GetString()}"));
                case "additionalProperties":
                case "patternProperties":
                    return Rest(schema, keyword, value, path, depth);
                case "propertyNames":
                    return value.EnumerateObject().All(m => Apply(keyword.Value, TextOf(m.Name), $"{path}/{m.Name}", depth + 1));
                case "minProperties":
                    return value.GetPropertyCount() >= keyword.Value.GetDouble()
                        || Fail(path, $"has too few members: at least {keyword.Value}");
                case "maxProperties":
                    return value.GetPropertyCount() <= keyword.Value.GetDouble()
                        || Fail(path, $"has too many members: at most {keyword.Value}");
                case "dependentRequired":
                    return keyword
                        .Value.EnumerateObject()
                        .Where(d => value.TryGetProperty(d.Name, out _))
                        .SelectMany(d => d.Value.EnumerateArray())
                        .All(n => value.TryGetProperty(n.GetString()!, out _) || Fail(path, $"lacks the member {n.GetString()}"));
                default:
                    return true;
            }
        }

        private bool Rest(JsonElement schema, JsonProperty keyword, JsonElement value, string path, int depth)
        {
            bool named = schema.TryGetProperty("properties", out JsonElement properties);
            bool patterned = schema.TryGetProperty("patternProperties", out JsonElement patterns);
            bool ok = true;
            foreach (JsonProperty member in value.EnumerateObject())
            {
                bool matched = named && properties.TryGetProperty(member.Name, out _);
                if (patterned)
                {
                    foreach (JsonProperty pattern in patterns.EnumerateObject())
                    {
                        bool fits = Matches(pattern.Name, member.Name);
                        matched |= fits;
                        if (fits && keyword.Name == "patternProperties")
                        {
                            ok &= Apply(pattern.Value, member.Value, $"{path}/{member.Name}", depth + 1);
                        }
                    }
                }
                if (!matched && keyword.Name == "additionalProperties")
                {
                    ok &=
                        keyword.Value.ValueKind == JsonValueKind.False
                            ? Fail(path, $"has the member {member.Name}, which is not allowed")
                            : Apply(keyword.Value, member.Value, $"{path}/{member.Name}", depth + 1);
                }
            }
            return ok;
        }

        private bool ArrayKeyword(JsonElement schema, JsonProperty keyword, JsonElement value, string path, int depth)
        {
            int length = value.GetArrayLength();
            switch (keyword.Name)
            {
                case "items" when keyword.Value.ValueKind == JsonValueKind.Array: // draft-07
                case "prefixItems":
                    bool first = true;
                    for (int i = 0; i < Math.Min(length, keyword.Value.GetArrayLength()); i++)
                    {
                        first &= Apply(keyword.Value[i], value[i], $"{path}/{i}", depth + 1);
                    }
                    return first;
                case "items":
                    int from = schema.TryGetProperty("prefixItems", out JsonElement prefix) ? prefix.GetArrayLength() : 0;
                    bool ok = true;
                    int index = 0;
                    foreach (JsonElement item in value.EnumerateArray())
                    {
                        ok &= index < from || Apply(keyword.Value, item, $"{path}/{index}", depth + 1);
                        index++;
                    }
                    return ok;
                case "contains":
                    return value.EnumerateArray().Any(i => Silently(keyword.Value, i, path, depth))
                        || Fail(path, "contains no fitting item");
                case "minItems":
                    return length >= keyword.Value.GetDouble() || Fail(path, $"has {length} items; at least {keyword.Value}");
                case "maxItems":
                    return length <= keyword.Value.GetDouble() || Fail(path, $"has {length} items; at most {keyword.Value}");
                case "uniqueItems" when keyword.Value.ValueKind == JsonValueKind.True:
                    // Equal items have equal canonical texts: one pass instead of all pairs.
                    HashSet<string> seen = new(StringComparer.Ordinal);
                    return value.EnumerateArray().All(i => seen.Add(Storage.CanonicalJson.Serialize(i))) || Fail(path, "has an item twice");
                default:
                    return true;
            }
        }

        private bool StringKeyword(JsonProperty keyword, JsonElement value, string path)
        {
            switch (keyword.Name)
            {
                case "minLength":
                    return Length(value) >= keyword.Value.GetDouble() || Fail(path, $"is shorter than {keyword.Value}");
                case "maxLength":
                    return Length(value) <= keyword.Value.GetDouble() || Fail(path, $"is longer than {keyword.Value}");
                case "pattern":
                    return Matches(keyword.Value.GetString()!, value.GetString()!) || Fail(path, $"does not match {keyword.Value}");
                default:
                    return true;
            }
        }

        private bool NumberKeyword(JsonProperty keyword, JsonElement value, string path)
        {
            if (keyword.Value.ValueKind != JsonValueKind.Number)
            {
                return true; // draft-04's booleans
            }
            double number = value.GetDouble();
            double bound = keyword.Value.GetDouble();
            return keyword.Name switch
            {
                "minimum" => number >= bound || Fail(path, $"is {value}; at least {keyword.Value}"),
                "maximum" => number <= bound || Fail(path, $"is {value}; at most {keyword.Value}"),
                "exclusiveMinimum" => number > bound || Fail(path, $"is {value}; above {keyword.Value}"),
                "exclusiveMaximum" => number < bound || Fail(path, $"is {value}; below {keyword.Value}"),
                "multipleOf" => IsMultiple(value, keyword.Value) || Fail(path, $"is {value}; a multiple of {keyword.Value}"),
                _ => true,
            };
        }

        private static bool IsMultiple(JsonElement value, JsonElement of) =>
            value.TryGetDecimal(out decimal v) && of.TryGetDecimal(out decimal d) && d != 0
                ? v % d == 0
                : Math.IEEERemainder(value.GetDouble(), of.GetDouble()) == 0;

        private bool AllOf(JsonElement schemas, JsonElement value, string path, int depth)
        {
            bool ok = true;
            foreach (JsonElement schema in schemas.EnumerateArray())
            {
                ok &= Apply(schema, value, path, depth + 1);
            }
            return ok;
        }

        private int Count(JsonElement schemas, JsonElement value, string path, int depth, int atMost)
        {
            int fits = 0;
            foreach (JsonElement schema in schemas.EnumerateArray())
            {
                fits += Silently(schema, value, path, depth) ? 1 : 0;
                if (fits == atMost)
                {
                    break;
                }
            }
            return fits;
        }

        private bool If(JsonElement schema, JsonElement condition, JsonElement value, string path, int depth) =>
            !schema.TryGetProperty(Silently(condition, value, path, depth) ? "then" : "else", out JsonElement branch)
            || Apply(branch, value, path, depth + 1);

        private bool Silently(JsonElement schema, JsonElement value, string path, int depth)
        {
            int before = Errors.Count;
            bool ok = Apply(schema, value, path, depth + 1);
            if (Errors.Count > before)
            {
                Errors.RemoveRange(before, Errors.Count - before);
            }
            return ok;
        }

        private bool Matches(string pattern, string text)
        {
            try
            {
                lock (owner._patterns)
                {
                    return owner.Pattern(pattern).IsMatch(text);
                }
            }
            catch (RegexMatchTimeoutException)
            {
                return false;
            }
        }

        private bool Fail(string path, string message)
        {
            if (Errors.Count < MostErrors)
            {
                Errors.Add(new JsonSchemaError(path, message));
            }
            return false;
        }

        private static bool HasType(JsonElement type, JsonElement value) =>
            type.ValueKind == JsonValueKind.Array
                ? type.EnumerateArray().Any(t => IsA(t.GetString(), value))
                : IsA(type.GetString(), value);

        private static bool IsA(string? type, JsonElement value) =>
            type switch
            {
                "object" => value.ValueKind == JsonValueKind.Object,
                "array" => value.ValueKind == JsonValueKind.Array,
                "string" => value.ValueKind == JsonValueKind.String,
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "null" => value.ValueKind == JsonValueKind.Null,
                "number" => value.ValueKind == JsonValueKind.Number,
                "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() is double d && Math.Floor(d) == d,
                _ => false,
            };

        private static string KindOf(JsonElement value) =>
            value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "a boolean" : value.ValueKind.ToString().ToLowerInvariant();

        private static string Short(JsonElement value) =>
            value.GetRawText() is { Length: > 100 } text ? $"{text[..100]}..." : value.GetRawText();

        private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();

        private static JsonElement TextOf(string text)
        {
            using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(text, AgentJson.Default.String));
            return document.RootElement.Clone();
        }
    }
}
