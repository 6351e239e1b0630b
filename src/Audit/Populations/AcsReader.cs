using System.Globalization;
using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>Turns records of person files into the rows of a task. Only the columns of the task are looked at.</summary>
internal sealed class AcsReader
{
    private const string Relation = "RELP";
    private const string RelationSince2019 = "RELSHIPP";

    private readonly AcsTask _task;
    private readonly AcsReadOptions _options;
    private readonly Dictionary<string, int> _places;
    private readonly double[] _values;
    private readonly List<float> _features = [];
    private readonly List<byte> _labels = [];
    private readonly List<byte> _groups = [];

    public AcsReader(AcsTask task, AcsReadOptions options)
    {
        (_task, _options) = (task, options);
        if (options.Density < 1 && options.Random is null)
        {
            throw new ArgumentException("A density below 1 needs a stream that draws the rows.", nameof(options));
        }
        _places = task.Columns.Select((c, i) => (c, i)).ToDictionary(StringComparer.Ordinal);
        _values = new double[task.Columns.Count];
    }

    /// <summary>How the files are written: a header, commas, ragged records are errors.</summary>
    public static DelimitedTextOptions Text { get; } = new() { Separator = ',' };

    public async Task AddAsync(IAsyncEnumerable<DelimitedRecord> records, string source)
    {
        int[]? columns = null;
        bool mapped = false;
        await foreach (DelimitedRecord record in records.ConfigureAwait(false))
        {
            if (columns is null)
            {
                (columns, mapped) = Columns(record.Columns, source);
            }
            if (_options.Density < 1 && !_options.Random!.NextBool(_options.Density))
            {
                continue;
            }
            for (int i = 0; i < columns.Length; i++)
            {
                _values[i] = string.IsNullOrWhiteSpace(record[columns[i]]) ? double.NaN : record.Number<double>(columns[i]);
            }
            if (mapped)
            {
                int place = _places[Relation];
                _values[place] = FromRelshipp(_values[place], source, record.Line);
            }
            Append(source, record.Line);
        }
    }

    public AuditPopulation Population(IReadOnlyList<string> sources)
    {
        if (_labels.Count == 0)
        {
            throw new MalformedFileException(string.Join(", ", sources), $"at least one person that {_task.Name} keeps", "none");
        }
        string[] groups = _task.TwoGroups ? ["white", "not white"] : [.. Enumerable.Range(0, 10).Select(g => $"RAC1P {g}")];
        return new AuditPopulation(_task.Name, [.. _features], [.. _labels], [.. _groups], _task.Features, groups);
    }

    private void Append(string source, long line)
    {
        AcsPerson person = new(_places, _values);
        if (!_task.Keep(person))
        {
            return;
        }
        double race = person[AcsTask.GroupColumn];
        if (race is not (>= 1 and <= 9))
        {
            throw new MalformedFileException(
                source,
                "a race code from 1 to 9 in column 'RAC1P'",
                race.ToString(CultureInfo.InvariantCulture),
                line
            );
        }
        foreach (string feature in _task.Features)
        {
            double value = person[feature];
            _features.Add(double.IsNaN(value) ? _task.Missing : (float)value);
        }
        _labels.Add(_task.Label(person) ? (byte)1 : (byte)0);
        _groups.Add(_task.TwoGroups ? (race != 1 ? (byte)1 : (byte)0) : (byte)race);
    }

    private (int[] Columns, bool Mapped) Columns(IReadOnlyList<string> header, string source)
    {
        Dictionary<string, int> found = header.Select((name, i) => (name, i)).ToDictionary(StringComparer.Ordinal);
        int[] columns = new int[_task.Columns.Count];
        bool mapped = false;
        for (int i = 0; i < columns.Length; i++)
        {
            string name = _task.Columns[i];
            // Some later files call the state STATE.
            if (found.TryGetValue(name, out int at) || (name == "ST" && found.TryGetValue("STATE", out at)))
            {
                columns[i] = at;
            }
            else if (name == Relation && _options.MapRelationship && found.TryGetValue(RelationSince2019, out at))
            {
                (columns[i], mapped) = (at, true);
            }
            else
            {
                throw new MissingColumnException(
                    source,
                    name,
                    name == Relation && found.ContainsKey(RelationSince2019)
                        ? "RELSHIPP replaced RELP in 2019: take a file up to 2018, or set MapRelationship to map it (distinctions are lost)."
                        : "Take the person file (psam_p.. or ss..p..), not that of households."
                );
            }
        }
        return (columns, mapped);
    }

    /// <summary>The codes of RELSHIPP as those of RELP: roomers and housemates become one, partners of the same and of the other sex as well.</summary>
    private static double FromRelshipp(double code, string source, long line) =>
        code switch
        {
            double.NaN => double.NaN,
            20 => 0,
            21 or 23 => 1,
            22 or 24 => 13,
            25 => 2,
            26 => 3,
            27 => 4,
            28 => 5,
            29 => 6,
            30 => 7,
            31 => 8,
            32 => 9,
            33 => 10,
            34 => 12,
            35 => 14,
            36 => 15,
            37 => 16,
            38 => 17,
            _ => throw new MalformedFileException(
                source,
                "a code from 20 to 38 in column 'RELSHIPP'",
                code.ToString(CultureInfo.InvariantCulture),
                line
            ),
        };
}
