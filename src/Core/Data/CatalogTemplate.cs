namespace ResearchKit.Data;

/// <summary>Entries that stand for many: the name has <c>{parameters}</c>, and a data set's name that fits gives their values.</summary>
internal static class CatalogTemplate
{
    /// <summary>The entry of a name that fits the template, or null.</summary>
    internal static DatasetInfo? TryExpand(DatasetInfo template, string name)
    {
        if (template.Parameters is null)
            return null;
        var values = new Dictionary<string, string>();
        return TryMatch(template.Name, name, template.Parameters, values) ? Expand(template, name, values) : null;
    }

    private static bool TryMatch(
        ReadOnlySpan<char> pattern,
        ReadOnlySpan<char> name,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> parameters,
        Dictionary<string, string> values
    )
    {
        int open = pattern.IndexOf('{');
        if (open < 0)
            return pattern.SequenceEqual(name);
        if (!name.StartsWith(pattern[..open]))
            return false;
        int close = pattern.IndexOf('}');
        string parameter = pattern[(open + 1)..close].ToString();
        foreach (string value in parameters[parameter].Keys)
        {
            if (!name[open..].StartsWith(value) || !TryMatch(pattern[(close + 1)..], name[(open + value.Length)..], parameters, values))
                continue;
            values[parameter] = value;
            return true;
        }

        return false;
    }

    private static DatasetInfo Expand(DatasetInfo template, string name, Dictionary<string, string> values)
    {
        return template with
        {
            Name = name,
            Title = Replace(template.Title),
            Folders = [.. template.Folders.Select(f => Replace(f))],
            Files =
            [
                .. template.Files.Select(file =>
                    file with
                    {
                        Path = Replace(file.Path),
                        Into = file.Into is null ? null : Replace(file.Into),
                        Urls = [.. file.Urls.Select(ReplaceInAddress)],
                    }
                ),
            ],
            Parameters = null,
        };

        string Replace(string text) =>
            values.Aggregate(text, static (t, v) => t.Replace($"{{{v.Key}}}", v.Value, StringComparison.Ordinal));

        string ReplaceInAddress(string text) =>
            values.Aggregate(text, (t, v) => t.Replace($"{{{v.Key}}}", template.Parameters![v.Key][v.Value], StringComparison.Ordinal));
    }
}
