using System.Reflection;

namespace ResearchKit.Experiments;

/// <summary>Chooses cells by their values: <c>System=HarMoEny</c>, or several values <c>Skew=0.5,0.9</c>; conditions are joined by "and".</summary>
public sealed class CellFilter
{
    private readonly IReadOnlyList<(PropertyInfo Property, string[] Values)> conditions;

    private CellFilter(IReadOnlyList<(PropertyInfo, string[])> conditions) => this.conditions = conditions;

    /// <summary>Reads conditions.</summary>
    /// <param name="cellType">The cell record.</param>
    /// <param name="conditions">The conditions.</param>
    /// <exception cref="InvalidOptionsException">A condition is not of the form <c>Name=value</c>, or the cell has no such property: all problems at once.</exception>
    public static CellFilter Parse(Type cellType, IEnumerable<string> conditions)
    {
        ArgumentNullException.ThrowIfNull(cellType);
        ArgumentNullException.ThrowIfNull(conditions);
        PropertyInfo[] properties = [.. RowProperty.Of(cellType).Select(p => p.Property)];
        List<string> problems = [];
        List<(PropertyInfo, string[])> parsed = [];
        foreach (string condition in conditions)
        {
            string[] parts = condition.Split('=', 2);
            PropertyInfo? property = properties.FirstOrDefault(p => p.Name.Equals(parts[0].Trim(), StringComparison.OrdinalIgnoreCase));
            if (parts.Length < 2)
            {
                problems.Add($"'{condition}' is not of the form Name=value");
            }
            else if (property is null)
            {
                string names = string.Join(", ", properties.Select(p => p.Name));
                problems.Add($"A cell has no '{parts[0].Trim()}'; it has {names}");
            }
            else
            {
                parsed.Add((property, parts[1].Split(',', StringSplitOptions.TrimEntries)));
            }
        }

        return problems.Count == 0 ? new CellFilter(parsed) : throw new InvalidOptionsException(problems);
    }

    /// <summary>Whether all conditions hold for a cell; values are compared as text, without regard to case.</summary>
    /// <param name="cell">The cell.</param>
    public bool Matches(object cell) =>
        conditions.All(c => c.Values.Contains(RowField.Text(c.Property.GetValue(cell)), StringComparer.OrdinalIgnoreCase));
}
