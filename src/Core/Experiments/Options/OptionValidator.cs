using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ResearchKit.Experiments;

/// <summary>Checks data annotations of options, of their nested records and of the elements of their lists.</summary>
internal static class OptionValidator
{
    /// <summary>Adds a sentence for every rule that is broken.</summary>
    /// <param name="options">The record.</param>
    /// <param name="prefix">The dotted name in front of its properties, or empty.</param>
    /// <param name="problems">Where the sentences go.</param>
    internal static void Check(object options, string prefix, List<string> problems)
    {
        int before = problems.Count;
        foreach (OptionProperty property in OptionProperty.Of(options.GetType()))
        {
            CheckProperty(options, property, prefix + property.Name, problems);
        }

        // Rules over several properties are asked only when each is in its own range, as the framework does.
        if (options is IValidatableObject whole && problems.Count == before)
        {
            problems.AddRange(
                whole
                    .Validate(new ValidationContext(options))
                    .Where(r => r != ValidationResult.Success)
                    .Select(r => prefix + r.ErrorMessage)
            );
        }
    }

    /// <summary>What the rules allow, in plain words; null if there are none.</summary>
    /// <param name="property">The option.</param>
    internal static string? Allowed(OptionProperty property)
    {
        string[] words = [.. property.Rules.Select(r => Words(r, property.Kind))];
        return words.Length == 0 ? null : string.Join(", ", words);
    }

    private static void CheckProperty(object options, OptionProperty property, string name, List<string> problems)
    {
        object? value = property.ValueOf(options);
        if (value is null && !property.Kind.Nullable && !property.Kind.Type.IsValueType)
        {
            problems.Add($"{name} = null: expected {property.Kind.Words}");
            return;
        }

        foreach (ValidationAttribute rule in property.Rules)
        {
            if (value is IEnumerable elements and not string && OfElements(rule))
            {
                int index = 0;
                foreach (object? element in elements)
                {
                    CheckRule(
                        options,
                        property,
                        rule,
                        element,
                        string.Create(CultureInfo.InvariantCulture, $"{name}[{index++}]"),
                        problems
                    );
                }
            }
            else
            {
                CheckRule(options, property, rule, value, name, problems);
            }
        }

        if (property.Kind.IsRecord && value is not null)
        {
            Check(value, name + ".", problems);
        }
        else if (property.Kind.Element is { IsRecord: true } && value is IEnumerable records)
        {
            int index = 0;
            foreach (object? record in records)
            {
                string prefix = string.Create(CultureInfo.InvariantCulture, $"{name}[{index++}].");
                if (record is not null)
                {
                    Check(record, prefix, problems);
                }
            }
        }
    }

    private static void CheckRule(
        object options,
        OptionProperty property,
        ValidationAttribute rule,
        object? value,
        string name,
        List<string> problems
    )
    {
        ValidationResult? result = rule.GetValidationResult(
            value,
            new ValidationContext(options) { MemberName = property.Name, DisplayName = name }
        );
        if (result != ValidationResult.Success)
        {
            // A message of the author's own says more than ours.
            string? own = rule.ErrorMessage ?? (rule.ErrorMessageResourceName is null ? null : result!.ErrorMessage);
            problems.Add($"{name} = {Text(value)}: {(own is null ? $"allowed is {Words(rule, property.Kind)}" : result!.ErrorMessage)}");
        }
    }

    private static bool OfElements(ValidationAttribute rule) =>
        rule is RangeAttribute or RegularExpressionAttribute or StringLengthAttribute or AllowedValuesAttribute or DeniedValuesAttribute;

    private static string Words(ValidationAttribute rule, OptionKind kind)
    {
        string count = kind.Element is null ? "characters" : "elements";
        return rule switch
        {
            RangeAttribute r => string.Create(
                CultureInfo.InvariantCulture,
                $"{(r.MinimumIsExclusive ? "more than " : "")}{r.Minimum} to {(r.MaximumIsExclusive ? "less than " : "")}{r.Maximum}"
            ),
            MinLengthAttribute m => string.Create(CultureInfo.InvariantCulture, $"at least {m.Length} {count}"),
            MaxLengthAttribute m => string.Create(CultureInfo.InvariantCulture, $"at most {m.Length} {count}"),
            LengthAttribute l => string.Create(CultureInfo.InvariantCulture, $"{l.MinimumLength} to {l.MaximumLength} {count}"),
            StringLengthAttribute s => string.Create(CultureInfo.InvariantCulture, $"{s.MinimumLength} to {s.MaximumLength} characters"),
            RegularExpressionAttribute e => $"text that matches {e.Pattern}",
            AllowedValuesAttribute a => $"one of {string.Join(", ", a.Values.Select(Text))}",
            DeniedValuesAttribute d => $"anything but {string.Join(", ", d.Values.Select(Text))}",
            RequiredAttribute => "any value but none",
            _ => rule.FormatErrorMessage("it"),
        };
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "null",
            string text => $"'{text}'",
            IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]",
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
}
