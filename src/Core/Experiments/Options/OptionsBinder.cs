using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>
/// Sets options by text: <c>Name=value</c>, nested <c>Training.Rate=0.1</c>, lists <c>Skews=0,0.5,0.9</c> or <c>Seeds=1..5</c>,
/// enums without regard to case, <c>null</c>, JSON for lists and records, or <c>@file.json</c>, whose members are merged in. Numbers are read in the invariant culture.
/// </summary>
public static class OptionsBinder
{
    /// <summary>Sets options and validates the result.</summary>
    /// <typeparam name="TOptions">The options record.</typeparam>
    /// <param name="defaults">The options to begin with.</param>
    /// <param name="assignments">The assignments; later ones win.</param>
    /// <exception cref="InvalidOptionsException">A name is unknown, a value does not fit or is out of its range: all problems at once.</exception>
    public static TOptions Bind<TOptions>(TOptions defaults, IEnumerable<string> assignments)
        where TOptions : ExperimentOptions
    {
        ArgumentNullException.ThrowIfNull(defaults);
        ArgumentNullException.ThrowIfNull(assignments);
        List<string> problems = [];
        JsonObject json = ExperimentJson.ToObject(defaults, ExperimentJson.Whole);
        foreach (string assignment in assignments)
        {
            Apply(json, defaults.GetType(), assignment, problems);
        }

        // What could not be set still has its default, so the ranges of all the others are checked too.
        TOptions? options = (TOptions?)Read(json, defaults.GetType(), problems);
        if (options is not null)
        {
            OptionValidator.Check(options, "", problems);
        }

        return problems.Count == 0 ? options! : throw new InvalidOptionsException(problems);
    }

    /// <summary>Checks the data annotations of options, of their nested records and of the elements of their lists.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidOptionsException">Something is out of its range: all problems at once.</exception>
    public static void Validate(ExperimentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems = [];
        OptionValidator.Check(options, "", problems);
        if (problems.Count > 0)
        {
            throw new InvalidOptionsException(problems);
        }
    }

    /// <summary>Prints options as assignments; <see cref="Bind"/> makes equal options of them.</summary>
    /// <param name="options">The options.</param>
    public static IReadOnlyList<string> Print(ExperimentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        JsonObject json = ExperimentJson.ToObject(options, ExperimentJson.Whole);
        return [.. Flatten(options.GetType(), "", json).Select(o => $"{o.Name}={OptionText.Print(o.Property.Kind, o.Value)}")];
    }

    /// <summary>The options of an experiment with their defaults at each scale.</summary>
    /// <param name="experiment">The experiment.</param>
    public static IReadOnlyList<OptionInfo> Describe(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        Dictionary<string, Dictionary<Scale, string>> defaults = [];
        List<(string Name, OptionProperty Property)> options = [];
        foreach (Scale scale in Enum.GetValues<Scale>())
        {
            JsonObject json = ExperimentJson.ToObject(experiment.OptionsFor(scale), ExperimentJson.Whole);
            foreach ((string name, OptionProperty property, JsonNode? value) in Flatten(experiment.OptionsType, "", json))
            {
                if (!defaults.TryGetValue(name, out Dictionary<Scale, string>? byScale))
                {
                    defaults.Add(name, byScale = []);
                    options.Add((name, property));
                }

                byScale[scale] = OptionText.Print(property.Kind, value);
            }
        }

        return
        [
            .. options.Select(o => new OptionInfo(
                o.Name,
                o.Property.Kind.Words,
                defaults[o.Name],
                OptionValidator.Allowed(o.Property),
                o.Property.Meaning,
                o.Property.IsPlanOnly
            )),
        ];
    }

    /// <summary>The names of all options, nested ones with dots.</summary>
    /// <param name="type">The options record.</param>
    internal static IReadOnlyList<string> Names(Type type) => [.. NamesOf(type, "", [])];

    private static IEnumerable<string> NamesOf(Type type, string prefix, IReadOnlyList<Type> above) =>
        OptionProperty
            .Of(type)
            .SelectMany(p =>
                p.Kind.IsRecord && !above.Contains(p.Kind.Value)
                    ? NamesOf(p.Kind.Value, $"{prefix}{p.Name}.", [.. above, p.Kind.Value])
                    : [prefix + p.Name]
            );

    private static IEnumerable<(string Name, OptionProperty Property, JsonNode? Value)> Flatten(Type type, string prefix, JsonObject json)
    {
        foreach (OptionProperty property in OptionProperty.Of(type))
        {
            JsonNode? value = json[property.Name];
            if (property.Kind.IsRecord && value is JsonObject record)
            {
                foreach ((string, OptionProperty, JsonNode?) option in Flatten(property.Kind.Value, $"{prefix}{property.Name}.", record))
                {
                    yield return option;
                }
            }
            else
            {
                yield return (prefix + property.Name, property, value);
            }
        }
    }

    private static void Apply(JsonObject json, Type type, string assignment, List<string> problems)
    {
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (assignment.StartsWith('@'))
        {
            MergeFile(json, type, assignment[1..], problems);
        }
        else if (equals <= 0)
        {
            problems.Add($"'{assignment}' is neither Name=value nor @file.json");
        }
        else
        {
            Set(json, type, assignment[..equals].Trim(), assignment[(equals + 1)..], problems);
        }
    }

    private static void Set(JsonObject json, Type root, string name, string text, List<string> problems)
    {
        Type type = root;
        string[] parts = name.Split('.');
        for (int i = 0; i < parts.Length; i++)
        {
            OptionProperty? property = Find(type, parts[i]);
            if (property is null || (i < parts.Length - 1 && !property.Kind.IsRecord))
            {
                problems.Add(Unknown(name, root));
                return;
            }

            if (i == parts.Length - 1)
            {
                try
                {
                    json[property.Name] = OptionText.Parse(property.Kind, text)?.DeepClone();
                }
                catch (FormatException e)
                {
                    problems.Add($"{name} = {text}: {e.Message}{Allowed(property)}");
                }

                return;
            }

            if (json[property.Name] is not JsonObject nested)
            {
                json[property.Name] = nested = [];
            }

            (json, type) = (nested, property.Kind.Value);
        }
    }

    private static void MergeFile(JsonObject json, Type type, string path, List<string> problems)
    {
        try
        {
            JsonDocumentOptions lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            if (JsonNode.Parse(File.ReadAllText(path), documentOptions: lenient) is JsonObject members)
            {
                Merge(json, type, members, "", type, path, problems);
            }
            else
            {
                problems.Add($"@{path}: expected a JSON object");
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add($"@{path}: {e.Message}");
        }
    }

    private static void Merge(JsonObject json, Type type, JsonObject members, string prefix, Type root, string path, List<string> problems)
    {
        foreach ((string name, JsonNode? value) in members)
        {
            OptionProperty? property = Find(type, name);
            if (property is null)
            {
                problems.Add($"@{path}: {Unknown(prefix + name, root)}");
            }
            else if (property.Kind.IsRecord && value is JsonObject nested)
            {
                if (json[property.Name] is not JsonObject below)
                {
                    json[property.Name] = below = [];
                }

                Merge(below, property.Kind.Value, nested, $"{prefix}{property.Name}.", root, path, problems);
            }
            else
            {
                try
                {
                    json[property.Name] = OptionText.Checked(property.Kind, value, value?.ToJsonString() ?? "null")?.DeepClone();
                }
                catch (FormatException e)
                {
                    problems.Add($"@{path}: {prefix}{property.Name}: {e.Message}{Allowed(property)}");
                }
            }
        }
    }

    private static object? Read(JsonObject json, Type type, List<string> problems)
    {
        try
        {
            return json.Deserialize(type, ExperimentJson.Whole);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            problems.Add($"The options do not fit together: {e.Message}");
            return null;
        }
    }

    private static OptionProperty? Find(Type type, string name) =>
        OptionProperty.Of(type).FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string Allowed(OptionProperty property) =>
        OptionValidator.Allowed(property) is { } allowed ? $" (allowed is {allowed})" : "";

    private static string Unknown(string name, Type root)
    {
        IReadOnlyList<string> names = Names(root);
        return $"There is no option '{name}'. Nearest: {string.Join(", ", NearestNames.Of(name, names))}. Options: {string.Join(", ", names)}.";
    }
}
