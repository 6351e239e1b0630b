using System.Globalization;
using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>
/// Audits the answers in a table: a row is counted as it is read and forgotten, so that memory grows with the number of groups alone. The verdict compares selection rates of groups that are not small; small ones are shown and flagged.
/// </summary>
public sealed class TableAudit
{
    private const string MissingGroup = "(missing)";

    private readonly TableAuditOptions _options;
    private readonly HashSet<string> _missing;
    private readonly HashSet<string> _positive;
    private readonly GroupTally _tally = new();
    private readonly Dictionary<string, int> _cells = new(StringComparer.Ordinal);
    private readonly List<string[]> _names = [];
    private readonly string[] _values;
    private long _dropped;

    /// <summary>An audit.</summary>
    /// <param name="options">Which columns, and when answers count as fair.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public TableAudit(TableAuditOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        _missing = options.MissingTexts.ToHashSet(StringComparer.Ordinal);
        _positive = options.Positive.ToHashSet(StringComparer.Ordinal);
        _values = new string[options.Groups.Count];
    }

    /// <summary>Reads a file: Parquet if it is named so, else delimited text, compressed or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns, and when answers count as fair.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <exception cref="MalformedFileException">A column is not there, or a value does not read as what it should be.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="ArgumentException">The options do not fit together, or there is no row.</exception>
    public static async Task<TableAuditResult> RunAsync(
        string path,
        TableAuditOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TableAudit audit = new(options);
        if (path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
        {
            await audit.AddParquetAsync(path, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await audit.AddRecordsAsync(DelimitedText.ReadAsync(path, null, cancellationToken), path).ConfigureAwait(false);
        }
        return audit.Conclude();
    }

    /// <summary>Reads delimited text from a stream, which stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="options">Which columns, and when answers count as fair.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <inheritdoc cref="RunAsync(string, TableAuditOptions, CancellationToken)"/>
    public static async Task<TableAuditResult> RunAsync(
        Stream stream,
        string name,
        TableAuditOptions options,
        CancellationToken cancellationToken = default
    )
    {
        TableAudit audit = new(options);
        await audit.AddRecordsAsync(DelimitedText.ReadAsync(stream, name, null, cancellationToken), name).ConfigureAwait(false);
        return audit.Conclude();
    }

    /// <summary>Counts one row.</summary>
    /// <param name="label">The text of the label, or null without labels.</param>
    /// <param name="answer">The text of the answer or score.</param>
    /// <param name="groups">The text of each attribute.</param>
    /// <param name="weight">The text of the weight, or null for 1.</param>
    /// <param name="source">What to call the table in errors.</param>
    /// <param name="line">The line, for errors.</param>
    /// <exception cref="MalformedFileException">A value does not read as what it should be.</exception>
    public void Add(string? label, string answer, ReadOnlySpan<string> groups, string? weight, string source, long line)
    {
        bool incomplete = (label is not null && IsMissing(label)) || IsMissing(answer) || (weight is not null && IsMissing(weight));
        for (int i = 0; i < _values.Length; i++)
        {
            bool missing = IsMissing(groups[i]);
            incomplete |= missing && _options.Missing != MissingValues.Group;
            _values[i] = missing ? MissingGroup : groups[i];
        }
        if (incomplete)
        {
            if (_options.Missing == MissingValues.Fail)
            {
                throw new MalformedFileException(
                    source,
                    "a value in every audited column (or a policy for missing ones)",
                    "a missing value",
                    line
                );
            }
            _dropped++;
            return;
        }
        int y = label is null ? 0 : Binary(label, _options.Label!, source, line);
        int m =
            _options.Score is null ? Binary(answer, _options.Prediction!, source, line)
            : Number(answer, _options.Score, source, line) > _options.Threshold ? 1
            : 0;
        double w = weight is null ? 1 : Number(weight, _options.Weight!, source, line);
        if (!(w >= 0 && double.IsFinite(w)))
        {
            throw new MalformedFileException(source, $"a weight that is not negative in column '{_options.Weight}'", weight!, line);
        }
        _tally.Add(y, m, Cell(source, line), w);
    }

    /// <summary>The result of all rows counted.</summary>
    /// <exception cref="ArgumentException">No row was counted.</exception>
    public TableAuditResult Conclude()
    {
        if (_tally.RowCount == 0)
        {
            throw new ArgumentException($"There are 0 rows to audit ({_dropped} were left out, as values were missing).");
        }
        bool hasLabels = _options.Label is not null;
        List<AuditedAttribute> attributes = [];
        for (int i = 0; i < _options.Groups.Count; i++)
        {
            attributes.Add(new AuditedAttribute(_options.Groups[i], false, Marginal(i)));
        }
        if (_options.Groups.Count > 1)
        {
            GroupTable all = new(_tally, [.. _names.Select(n => string.Join(", ", n))], hasLabels, _options.Table);
            attributes.Add(new AuditedAttribute(string.Join(" x ", _options.Groups), true, Sorted(all, _tally, hasLabels)));
        }
        double? error = hasLabels ? FairnessMetrics.Error.Value(attributes[0].Table.Overall) : null;
        WidestDifference? widest = attributes
            .Where(a => !a.IsIntersection)
            .Select(Widest)
            .OfType<WidestDifference>()
            .MaxBy(w => w.Difference.Value);
        AuditVerdict verdict =
            error >= _options.Tau ? AuditVerdict.Manipulated
            : widest is null || widest.Difference.Value <= _options.Epsilon ? AuditVerdict.Fair
            : AuditVerdict.Unfair;
        bool certain =
            verdict == AuditVerdict.Manipulated
            || (widest is { } d && (d.Difference.High <= _options.Epsilon || d.Difference.Low > _options.Epsilon));
        return new TableAuditResult(verdict, certain, _tally.RowCount, _dropped, error, _options.Tau, _options.Epsilon, widest, attributes);
    }

    private async Task AddRecordsAsync(IAsyncEnumerable<DelimitedRecord> records, string source)
    {
        string[] groups = new string[_options.Groups.Count];
        await foreach (DelimitedRecord record in records.ConfigureAwait(false))
        {
            for (int i = 0; i < groups.Length; i++)
            {
                groups[i] = record[_options.Groups[i]];
            }
            Add(
                _options.Label is null ? null : record[_options.Label],
                record[_options.Prediction ?? _options.Score!],
                groups,
                _options.Weight is null ? null : record[_options.Weight],
                source,
                record.Line
            );
        }
    }

    private async Task AddParquetAsync(string path, CancellationToken cancellationToken)
    {
        string[] columns =
        [
            .. new[] { _options.Label, _options.Prediction, _options.Score, _options.Weight }
                .OfType<string>()
                .Concat(_options.Groups)
                .Distinct(),
        ];
        ParquetTable table = await ParquetTable.LoadAsync(path, columns, cancellationToken).ConfigureAwait(false);
        Array answer = table.Column(_options.Prediction ?? _options.Score!);
        Array? label = _options.Label is null ? null : table.Column(_options.Label);
        Array? weight = _options.Weight is null ? null : table.Column(_options.Weight);
        Array[] by = [.. _options.Groups.Select(table.Column)];
        string[] groups = new string[by.Length];
        for (int row = 0; row < table.RowCount; row++)
        {
            if (row % 65536 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            for (int i = 0; i < groups.Length; i++)
            {
                groups[i] = Text(by[i], row);
            }
            Add(
                label is null ? null : Text(label, row),
                Text(answer, row),
                groups,
                weight is null ? null : Text(weight, row),
                path,
                row + 1
            );
        }

        static string Text(Array values, int row) => Convert.ToString(values.GetValue(row), CultureInfo.InvariantCulture) ?? "";
    }

    private GroupTable Marginal(int attribute)
    {
        string[] names = [.. _names.Select(n => n[attribute]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Dictionary<string, int> numbers = names.Select((n, i) => (n, i)).ToDictionary(StringComparer.Ordinal);
        return new GroupTable(
            _tally.Regrouped([.. _names.Select(n => numbers[n[attribute]])]),
            names,
            _options.Label is not null,
            _options.Table
        );
    }

    /// <summary>Groups in the order of their names, whatever the order of rows.</summary>
    private static GroupTable Sorted(GroupTable table, GroupTally tally, bool hasLabels)
    {
        int[] order = [.. Enumerable.Range(0, table.GroupCount).OrderBy(g => table.Names[g], StringComparer.Ordinal)];
        int[] place = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            place[order[i]] = i;
        }
        return new GroupTable(tally.Regrouped(place), [.. order.Select(g => table.Names[g])], hasLabels, table.Options);
    }

    private static WidestDifference? Widest(AuditedAttribute attribute)
    {
        GroupTable table = attribute.Table;
        GroupSpread spread = table.Metric(FairnessMetrics.SelectionRate).Spread(withoutSmall: true);
        if (spread.Lowest is null || spread.Highest is null || spread.Lowest == spread.Highest)
        {
            return null;
        }
        int low = IndexOf(spread.Lowest);
        int high = IndexOf(spread.Highest);
        return table.SelectionDifference(high, low) is { } interval
            ? new WidestDifference(attribute.Attribute, spread.Lowest, spread.Highest, interval)
            : null;

        int IndexOf(string name) => Enumerable.Range(0, table.GroupCount).First(g => table.Names[g] == name);
    }

    private int Cell(string source, long line)
    {
        string key = _values.Length == 1 ? _values[0] : string.Join('\u001f', _values);
        if (_cells.TryGetValue(key, out int cell))
        {
            return cell;
        }
        if (_cells.Count >= _options.MostGroups)
        {
            throw new MalformedFileException(
                source,
                $"at most {_options.MostGroups} groups in {string.Join(", ", _options.Groups)} (is one of them an identifier?)",
                "one more",
                line
            );
        }
        _names.Add([.. _values]);
        return _cells[key] = _cells.Count;
    }

    private bool IsMissing(string text) => string.IsNullOrWhiteSpace(text) || _missing.Contains(text);

    private int Binary(string text, string column, string source, long line)
    {
        if (_positive.Count > 0)
        {
            return _positive.Contains(text) ? 1 : 0;
        }
        if (text.Length == 1 && text[0] is '0' or '1')
        {
            return text[0] - '0';
        }
        string value = text.Trim();
        return Is(value, "1", "1.0", "true", "yes") ? 1
            : Is(value, "0", "0.0", "false", "no") ? 0
            : throw new MalformedFileException(source, $"0 or 1 in column '{column}' (or the texts that mean 1)", text, line);

        static bool Is(string value, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (value.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
            return false;
        }
    }

    private static double Number(string text, string column, string source, long line) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && !double.IsNaN(number)
            ? number
            : throw new MalformedFileException(source, $"a number in column '{column}'", text, line);
}
