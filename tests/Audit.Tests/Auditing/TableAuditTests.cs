using System.Diagnostics;
using System.Text;
using ResearchKit.Data;

namespace ResearchKit.Audit.Tests.Auditing;

public class TableAuditTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "table-audit", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_stream_is_audited_by_each_attribute_and_their_intersection()
    {
        TableAuditResult result = await Audit(
            Table(),
            new TableAuditOptions
            {
                Label = "y",
                Prediction = "m",
                Groups = ["sex", "race"],
                Tau = 0.3,
            }
        );
        Assert.That(
            result.Attributes.Select(a => (a.Attribute, a.IsIntersection)),
            Is.EqualTo(new[] { ("sex", false), ("race", false), ("sex x race", true) })
        );
        Assert.That(result.Attributes[2].Table.Names, Is.EqualTo(new[] { "F, b", "F, w", "M, b", "M, w" }));
        GroupTable sex = result.Attributes[0].Table;
        Assert.That((sex.RowsOf(0), sex.RowsOf(1)), Is.EqualTo((100L, 100L)));
        Assert.That(sex.Value(FairnessMetrics.SelectionRate, 0), Is.EqualTo(0.3).Within(1e-12));
        Assert.That((result.Widest!.Lowest, result.Widest.Highest), Is.EqualTo(("F", "M")));
        Assert.That(result.Widest.Difference.Value, Is.EqualTo(0.3).Within(1e-12));
        Assert.That((result.Verdict, result.IsCertain), Is.EqualTo((AuditVerdict.Unfair, true)));
        Assert.That(result.Attributes.Sum(a => a.Table.RowCount), Is.EqualTo(600), "marginals keep all rows");
    }

    [Test]
    public async Task The_verdict_follows_error_and_limit_monotonically()
    {
        AuditVerdict[] byTau = new AuditVerdict[10];
        for (int k = 1; k <= 10; k++)
        {
            TableAuditResult r = await Audit(
                Table(),
                new TableAuditOptions
                {
                    Label = "y",
                    Prediction = "m",
                    Groups = ["sex"],
                    Tau = k / 20.0,
                }
            );
            byTau[k - 1] = r.Verdict;
            Assert.That(r.Verdict == AuditVerdict.Manipulated, Is.EqualTo(r.Error >= k / 20.0));
        }
        Assert.That(
            byTau.SkipWhile(v => v == AuditVerdict.Manipulated),
            Has.All.EqualTo(AuditVerdict.Unfair),
            "once believed, believed at every larger tau"
        );
        TableAuditResult fair = await Audit(
            Table(),
            new TableAuditOptions
            {
                Prediction = "m",
                Groups = ["sex"],
                Epsilon = 0.31,
            }
        );
        Assert.That((fair.Verdict, fair.IsCertain, fair.Error), Is.EqualTo((AuditVerdict.Fair, false, (double?)null)));
    }

    [Test]
    public async Task Parquet_and_text_give_equal_findings()
    {
        string[] lines = Table().TrimEnd().Split('\n')[1..];
        string[][] cells = [.. lines.Select(l => l.Split(','))];
        string path = Path.Combine(folder, "t.parquet");
        await ParquetTable
            .Of(
                ("y", cells.Select(c => int.Parse(c[0], System.Globalization.CultureInfo.InvariantCulture)).ToArray()),
                ("m", cells.Select(c => c[1] == "1").ToArray()),
                ("sex", cells.Select(c => c[2]).ToArray()),
                ("race", cells.Select(c => c[3]).ToArray())
            )
            .SaveAsync(path);
        string text = Path.Combine(folder, "t.csv");
        await File.WriteAllTextAsync(text, Table());
        TableAuditOptions options = new()
        {
            Label = "y",
            Prediction = "m",
            Groups = ["sex", "race"],
        };
        TableAuditResult a = await TableAudit.RunAsync(path, options);
        TableAuditResult b = await TableAudit.RunAsync(text, options);
        Assert.That((a.Rows, a.Error, a.Widest, a.Verdict), Is.EqualTo((b.Rows, b.Error, b.Widest, b.Verdict)));
    }

    [Test]
    public async Task Missing_values_fail_are_dropped_or_make_a_group()
    {
        string table = "y,m,g\n1,1,a\n0,,a\n1,0,\n0,1,?\n1,1,b\n";
        TableAuditOptions options = new()
        {
            Label = "y",
            Prediction = "m",
            Groups = ["g"],
            MissingTexts = ["?"],
        };
        MalformedFileException? error = await Assert.ThrowsAsync<MalformedFileException>(() => Audit(table, options));
        Assert.That((error!.Line, error.Found), Is.EqualTo((3L, "a missing value")));
        TableAuditResult dropped = await Audit(table, options with { Missing = MissingValues.Drop });
        Assert.That((dropped.Rows, dropped.Dropped), Is.EqualTo((2L, 3L)));
        TableAuditResult grouped = await Audit(table, options with { Missing = MissingValues.Group });
        Assert.That((grouped.Rows, grouped.Dropped), Is.EqualTo((4L, 1L)), "an answer cannot be a group");
        Assert.That(grouped.Attributes[0].Table.Names, Is.EqualTo(new[] { "(missing)", "a", "b" }));
    }

    [Test]
    public async Task Scores_thresholds_weights_and_texts_are_read_as_asked()
    {
        string table = "out,score,g,w\ngranted,0.7,a,2\nrefused,0.6,a,1\ngranted,0.4,b,1\nrefused,0.2,b,3\n";
        TableAuditResult result = await Audit(
            table,
            new TableAuditOptions
            {
                Label = "out",
                Score = "score",
                Threshold = 0.65,
                Groups = ["g"],
                Weight = "w",
                Positive = ["granted"],
            }
        );
        GroupTable groups = result.Attributes[0].Table;
        Assert.That(groups[0], Is.EqualTo(new GroupCounts(2, 0, 1, 0)));
        Assert.That(groups[1], Is.EqualTo(new GroupCounts(0, 0, 3, 1)));
        Assert.That(result.Error, Is.EqualTo(1.0 / 7).Within(1e-12));
        Assert.That(result.Widest, Is.Null, "both groups are small");
        Assert.That(
            (result.Verdict, result.IsCertain),
            Is.EqualTo((AuditVerdict.Fair, false)),
            "nothing could be compared, and that is said"
        );
    }

    [Test]
    public void Wrong_values_and_identifiers_are_refused_with_their_line()
    {
        TableAuditOptions options = new()
        {
            Prediction = "m",
            Groups = ["g"],
            MostGroups = 2,
        };
        Assert.That(
            () => Audit("m,g\n1,a\n2,b\n", options),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("line 3: expected 0 or 1 in column 'm'")
        );
        Assert.That(
            () => Audit("m,g\n1,a\n0,b\n1,c\n", options),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("identifier")
        );
        Assert.That(
            () => Audit("m,g\n1,a\n", options with { Weight = "w" }),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("'w'")
        );
        Assert.That(
            () => Audit("m,g,w\n1,a,-2\n", options with { Weight = "w" }),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("not negative")
        );
        Assert.That(
            () => Audit("m,g\nx,a\n", new TableAuditOptions { Score = "m", Groups = ["g"] }),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("a number in column 'm'")
        );
        Assert.That(() => Audit("m,g\n", options), Throws.ArgumentException.With.Message.Contains("0 rows"));
    }

    [Test]
    public async Task A_cancelled_audit_stops()
    {
        string path = Path.Combine(folder, "long.csv");
        await File.WriteAllTextAsync(path, "m,g\n" + string.Concat(Enumerable.Repeat("1,a\n", 200_000)));
        using CancellationTokenSource cancel = new();
        await cancel.CancelAsync();
        Assert.That(
            () => TableAudit.RunAsync(path, new TableAuditOptions { Prediction = "m", Groups = ["g"] }, cancel.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    /// <summary>Ten million rows pass through; what stays does not depend on their number.</summary>
    [Test]
    [Category("Long")]
    public async Task Ten_million_rows_are_audited_in_little_memory()
    {
        const int rows = 10_000_000;
        using RowsStream stream = new(rows);
        TableAuditResult result = await TableAudit.RunAsync(
            stream,
            "rows.csv",
            new TableAuditOptions
            {
                Label = "y",
                Prediction = "m",
                Groups = ["sex", "race"],
            }
        );
        Assert.That(result.Rows, Is.EqualTo(rows));
        using Process process = Process.GetCurrentProcess();
        Assert.That(process.PeakWorkingSet64, Is.LessThan(500_000_000), "the whole test process");
        Assert.That(GC.GetTotalMemory(forceFullCollection: true), Is.LessThan(100_000_000));
    }

    private static async Task<TableAuditResult> Audit(string table, TableAuditOptions options)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(table));
        return await TableAudit.RunAsync(stream, "table.csv", options);
    }

    /// <summary>100 women of whom 30 are selected, 100 men of whom 60 are; every fifth label differs from the answer.</summary>
    private static string Table()
    {
        StringBuilder text = new("y,m,sex,race\n");
        for (int i = 0; i < 200; i++)
        {
            int m = i < 100 ? (i < 30 ? 1 : 0) : (i < 160 ? 1 : 0);
            int y = i % 5 == 0 ? 1 - m : m;
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{y},{m},{(i < 100 ? "F" : "M")},{(i % 4 == 0 ? "b" : "w")}\n");
        }
        return text.ToString();
    }

    /// <summary>A table that is never whole in memory.</summary>
    private sealed class RowsStream(int rows) : Stream
    {
        private static readonly string[] Lines = ["1,1,F,w\n", "0,1,M,b\n", "1,0,F,b\n", "0,0,M,w\n", "1,1,M,w\n"];
        private readonly byte[] _block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => Lines[i % 5])));
        private ReadOnlyMemory<byte> _left = Encoding.UTF8.GetBytes("y,m,sex,race\n");
        private int _rows = rows;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (_left.IsEmpty && _rows > 0)
            {
                _left = _block;
                _rows -= 10_000;
            }
            int count = Math.Min(buffer.Length, _left.Length);
            _left.Span[..count].CopyTo(buffer);
            _left = _left[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.FromResult(Read(buffer.AsSpan(offset, count)));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
