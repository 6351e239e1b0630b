using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace ResearchKit.Experiments;

/// <summary>
/// Reads a journal, also while it is written. A cell is done if and only if its end line is whole, its row count agrees and its hash agrees;
/// everything else is left out: a torn last line, rows without an end, rows that do not agree with their hash.
/// </summary>
internal sealed class JournalReader
{
    private const int BufferBytes = 1 << 20;
    private const int KeyLength = 32;

    private readonly Journal journal;
    private readonly ExperimentInfo experiment;
    private readonly Dictionary<UInt128, OpenCell> open = [];
    private int line;
    private bool refused;

    private JournalReader(Journal journal, ExperimentInfo experiment) => (this.journal, this.experiment) = (journal, experiment);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="experiment">The experiment it must be of.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3003: it was written by a newer version.</exception>
    internal static async Task<Journal> ReadAsync(string path, ExperimentInfo experiment, CancellationToken cancellationToken)
    {
        // A writer may have the file open, so everything it allows others to do is allowed here too.
        await using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Journal journal = new()
        {
            Writer = Path.GetFileNameWithoutExtension(path),
            Path = path,
            LastWriteUtc = File.GetLastWriteTimeUtc(path),
        };
        return Read(journal, stream, experiment, cancellationToken);
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="journal">Filled.</param>
    /// <param name="stream">The bytes.</param>
    /// <param name="experiment">The experiment it must be of.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3003: it was written by a newer version.</exception>
    internal static Journal Read(Journal journal, Stream stream, ExperimentInfo experiment, CancellationToken cancellationToken)
    {
        JournalReader reader = new(journal, experiment);
        byte[] buffer = new byte[BufferBytes];
        int filled = 0;
        long offset = 0;
        while (!reader.refused)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = stream.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
            int used = reader.Take(buffer.AsSpan(0, filled), offset);
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            (filled, offset) = (filled - used, offset + used);
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        reader.journal.Unfinished.AddRange(reader.open.Where(o => o.Value.Begun).Select(o => Text(o.Key)));
        return journal;
    }

    /// <summary>Takes the whole lines of a block, and says how many bytes they are. What follows the last LF is not whole yet.</summary>
    private int Take(ReadOnlySpan<byte> block, long offset)
    {
        int used = 0;
        while (!refused)
        {
            int length = block[used..].IndexOf((byte)'\n') + 1;
            if (length == 0)
            {
                break;
            }

            TakeLine(block.Slice(used, length), offset + used);
            used += length;
        }

        return used;
    }

    private void TakeLine(ReadOnlySpan<byte> text, long offset)
    {
        switch (line++)
        {
            case 0:
                TakeHead(text[..^1], offset);
                break;
            case 1:
                TakeColumns(text[..^1], offset);
                break;
            default:
                if (text[0] == (byte)'#')
                {
                    TakeDirective(text[..^1], offset);
                }
                else if (text.Length > KeyLength && text[KeyLength] == (byte)',' && TryKey(text[..KeyLength], out UInt128 key))
                {
                    Cell(key).Append(text);
                }
                else
                {
                    Damage(offset, null, "a line that is no row of a cell");
                }

                break;
        }
    }

    private void TakeHead(ReadOnlySpan<byte> text, long offset)
    {
        string head = Encoding.UTF8.GetString(text);
        if (!head.StartsWith(JournalText.Magic, StringComparison.Ordinal))
        {
            Refuse(offset, "the first line is not that of a journal");
            return;
        }

        string[] parts = head[JournalText.Magic.Length..].Split(' ', 2);
        if (int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int schema) && schema > JournalText.Schema)
        {
            throw StoreErrors.TooNew(journal.Path, schema, JournalText.Schema);
        }

        if (
            schema != JournalText.Schema
            || parts.Length < 2
            || !JournalText.TryAttributes(parts[1], out Dictionary<string, string> values)
            || values.GetValueOrDefault("schema") is not { Length: 8 } hash
        )
        {
            Refuse(offset, "the first line is damaged");
        }
        else if (
            values.GetValueOrDefault("experiment") != experiment.Id
            || values.GetValueOrDefault("version") != experiment.Version.ToString(CultureInfo.InvariantCulture)
        )
        {
            Refuse(offset, $"it is not a journal of {experiment.Id} version {experiment.Version}");
        }
        else
        {
            journal.Columns = [hash];
        }
    }

    private void TakeColumns(ReadOnlySpan<byte> text, long offset)
    {
        string columns = Encoding.UTF8.GetString(text);
        if (JournalText.SchemaHash(columns) != journal.Columns[0])
        {
            Refuse(offset, "the line of the columns does not agree with its hash");
            return;
        }

        journal.Columns = RowLines.Fields(columns);
    }

    private void TakeDirective(ReadOnlySpan<byte> text, long offset)
    {
        // #word key name=value ...
        int blank = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> rest = blank < 0 ? [] : text[(blank + 1)..];
        if (
            rest.Length <= KeyLength
            || rest[KeyLength] != (byte)' '
            || !TryKey(rest[..KeyLength], out UInt128 key)
            || !JournalText.TryAttributes(Encoding.UTF8.GetString(rest[(KeyLength + 1)..]), out Dictionary<string, string> values)
            || !int.TryParse(values.GetValueOrDefault("attempt"), NumberStyles.None, CultureInfo.InvariantCulture, out int attempt)
        )
        {
            Damage(offset, null, "a damaged line");
            return;
        }

        ReadOnlySpan<byte> word = text[1..blank];
        if (word.SequenceEqual("begin"u8))
        {
            open[key] = new OpenCell(attempt, JournalText.TryTime(values.GetValueOrDefault("at", ""), out DateTimeOffset at) ? at : null);
        }
        else if (word.SequenceEqual("end"u8))
        {
            TakeEnd(key, attempt, values, offset);
        }
        else if (word.SequenceEqual("fail"u8))
        {
            journal.Failures.Add(new JournalFailure(Text(key), attempt, values.GetValueOrDefault("error", "")));
            open.Remove(key);
        }
        else
        {
            Damage(offset, Text(key), "a line of a kind that is not known");
        }
    }

    private void TakeEnd(UInt128 key, int attempt, Dictionary<string, string> values, long offset)
    {
        open.Remove(key, out OpenCell? cell);
        string text = Text(key);
        if (
            !int.TryParse(values.GetValueOrDefault("rows"), NumberStyles.None, CultureInfo.InvariantCulture, out int rows)
            || values.GetValueOrDefault("xxh128") is not { Length: KeyLength } hashText
            || !TryKey(Encoding.UTF8.GetBytes(hashText), out UInt128 hash)
            || !double.TryParse(values.GetValueOrDefault("ms"), NumberStyles.Float, CultureInfo.InvariantCulture, out double milliseconds)
            || !JournalText.TryArtifacts(values.GetValueOrDefault("artifacts"), out IReadOnlyList<Artifact> artifacts)
        )
        {
            Damage(offset, text, "a damaged end of a cell");
        }
        else if (cell is null || (rows == 0 && !cell.Begun))
        {
            Damage(offset, text, "an end of a cell without its rows");
        }
        else if (cell.Begun && cell.Attempt != attempt)
        {
            Damage(offset, text, string.Create(CultureInfo.InvariantCulture, $"attempt {attempt} ends where attempt {cell.Attempt} began"));
        }
        else if (cell.Rows != rows)
        {
            Damage(offset, text, string.Create(CultureInfo.InvariantCulture, $"{cell.Rows} whole rows where {rows} were written"));
        }
        else if (cell.Hash != hash)
        {
            Damage(offset, text, "the rows do not agree with their hash");
        }
        else
        {
            DateTimeOffset ended = cell.At?.AddMilliseconds(milliseconds) ?? DateTimeOffset.MinValue;
            journal.Cells.Add(new JournalCell(text, journal, rows, cell.Lines, hash, milliseconds, ended, artifacts));
        }
    }

    private OpenCell Cell(UInt128 key)
    {
        if (!open.TryGetValue(key, out OpenCell? cell))
        {
            // Its begin line is damaged; its end line and its hash decide all the same.
            open.Add(key, cell = new OpenCell());
        }

        return cell;
    }

    private void Refuse(long offset, string what)
    {
        refused = true;
        Damage(offset, null, what);
    }

    private void Damage(long offset, string? key, string what) => journal.Damages.Add(new JournalDamage(journal.Path, offset, key, what));

    private static string Text(UInt128 key) => key.ToString("x32", CultureInfo.InvariantCulture);

    private static bool TryKey(ReadOnlySpan<byte> digits, out UInt128 key)
    {
        bool valid =
            Utf8Parser.TryParse(digits[..16], out ulong high, out int first, 'x')
            & Utf8Parser.TryParse(digits[16..], out ulong low, out int second, 'x');
        key = new UInt128(high, low);

        // Keys are lower case: an upper-case digit is a flipped bit.
        return valid && first == 16 && second == 16 && digits.IndexOfAnyInRange((byte)'A', (byte)'F') < 0;
    }

    private sealed class OpenCell
    {
        private readonly ArrayBufferWriter<byte> lines = new();

        internal OpenCell() { }

        internal OpenCell(int attempt, DateTimeOffset? at) => (Begun, Attempt, At) = (true, attempt, at);

        internal bool Begun { get; }

        internal int Attempt { get; }

        internal DateTimeOffset? At { get; }

        internal int Rows { get; private set; }

        internal UInt128 Hash => XxHash128.HashToUInt128(lines.WrittenSpan);

        internal ReadOnlyMemory<byte> Lines => lines.WrittenMemory;

        internal void Append(ReadOnlySpan<byte> line)
        {
            Rows++;
            lines.Write(line);
        }
    }
}
