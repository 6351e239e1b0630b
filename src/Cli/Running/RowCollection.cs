using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>The committed rows of several runs as one table: experiment and run, then every column that some run has; a run without a column leaves it empty.</summary>
internal sealed class RowCollection
{
    private readonly List<RowColumn> columns = [new("Experiment", null, true, false), new("RunId", null, true, false)];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal) { ["Experiment"] = 0, ["RunId"] = 1 };
    private readonly List<string[]> rows = [];

    /// <summary>The columns.</summary>
    internal IReadOnlyList<RowColumn> Columns => columns;

    /// <summary>The rows; a row of an early run may be shorter than the columns.</summary>
    internal IEnumerable<string[]> Rows =>
        rows.Select(r => r.Length == columns.Count ? r : [.. r, .. Enumerable.Repeat("", columns.Count - r.Length)]);

    internal void Add(Run run, RowTable table)
    {
        int[] map = [.. table.Columns.Select(PlaceOf)];
        foreach (string[] row in table.Rows)
        {
            string[] fields = new string[columns.Count];
            Array.Fill(fields, "");
            (fields[0], fields[1]) = (run.Manifest.Experiment, run.Id);
            for (int i = 0; i < map.Length; i++)
            {
                fields[map[i]] = row[i];
            }

            rows.Add(fields);
        }
    }

    /// <summary>Keeps the rows for which all conditions hold.</summary>
    /// <exception cref="UsageException">A condition names a column that no run has, or compares what is no number.</exception>
    internal void Keep(IReadOnlyList<RowCondition> conditions)
    {
        List<string> problems = [.. conditions.Where(c => !places.ContainsKey(c.Column)).Select(Unknown)];
        if (problems.Count > 0)
        {
            throw new UsageException(problems);
        }

        (int Place, RowCondition Condition)[] tests = [.. conditions.Select(c => (places[c.Column], c))];
        rows.RemoveAll(r => !tests.All(t => t.Condition.Holds(t.Place < r.Length ? r[t.Place] : "")));
    }

    private int PlaceOf(RowColumn column)
    {
        if (!places.TryGetValue(column.Name, out int place))
        {
            place = columns.Count;
            places.Add(column.Name, place);
            columns.Add(column);
        }
        else if (columns[place].IsNumber && !column.IsNumber)
        {
            columns[place] = column;
        }

        return place;
    }

    private string Unknown(RowCondition condition) =>
        $"--where: no row has a column '{condition.Column}'. Nearest: {string.Join(", ", NearestNames.Of(condition.Column, places.Keys))}.";
}
