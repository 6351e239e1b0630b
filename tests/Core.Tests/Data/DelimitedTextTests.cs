using System.IO.Compression;
using System.Text;
using CsCheck;
using CsvHelper;
using ResearchKit.Data;

namespace ResearchKit.Core.Tests.Data;

[CsvRecord]
public sealed partial record Measured(string Name, int Count, double? Share);

[TestFixture]
public sealed class DelimitedTextTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task RecordsAreReadWithQuotesAndLineBreaksAndKnowTheirLine()
    {
        List<DelimitedRecord> records = await Read("id,text,value\n1,\"a, \"\"b\"\"\nc\",0.5\n\n2,d,-1e3\n");
        Assert.Multiple(() =>
        {
            Assert.That(records.Select(r => r["text"]), Is.EqualTo(new[] { "a, \"b\"\nc", "d" }));
            Assert.That(records.Select(r => r.Number<double>("value")), Is.EqualTo(new[] { 0.5, -1000 }));
            Assert.That(records.Select(r => r.Line), Is.EqualTo(new[] { 2L, 5L }));
            Assert.That(records[0].Columns, Is.EqualTo(new[] { "id", "text", "value" }));
            Assert.That(records[0].Number<int>(0), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task SeparatorsBlanksAndMissingValuesAreAsTheOptionsSay()
    {
        var options = new DelimitedTextOptions
        {
            HasHeader = false,
            TrimBlanks = true,
            MissingValues = ["?"],
        };
        List<DelimitedRecord> adult = await Read("39, State-gov, ?\n50, Private, 13\n", options);
        Assert.That(adult[0].Values, Is.EqualTo(new[] { "39", "State-gov", "?" }));
        Assert.That((adult[0].IsMissing(2), adult[1].IsMissing(2)), Is.EqualTo((true, false)));
        Assert.That(adult.Select(r => r.NumberOrNaN(2)), Is.EqualTo(new[] { double.NaN, 13 }));

        List<DelimitedRecord> tabs = await Read("a\tb\n1,5\t2\n", name: "x.tsv");
        Assert.That(tabs[0]["a"], Is.EqualTo("1,5"));
    }

    [TestCase("a,b\n1,2\n3\n", 3, null, "record", TestName = "A short record")]
    [TestCase("a,b\n1,2\n\"3,4\n", 3, null, "record", TestName = "A quote without end")]
    [TestCase("a,a\n1,2\n", 1, null, "each column once", TestName = "A column twice")]
    [TestCase("a,b\n1,2\n3,x\n", 3, 2, "number", TestName = "A word for a number")]
    [TestCase("a,c\n1,2\n", 1, null, "a column 'b'", TestName = "A column that is not there")]
    public async Task ErrorsHaveTheirPlace(string text, int line, int? column, string expected)
    {
        var error = await Assert.ThrowsAsync<MalformedFileException>(async () =>
        {
            foreach (DelimitedRecord record in await Read(text))
                record.Number<double>("b");
        });
        Assert.Multiple(() =>
        {
            Assert.That(error!.Line, Is.EqualTo(line), error.Message);
            Assert.That(error.Column, Is.EqualTo(column));
            Assert.That(error.Message, Does.Contain(expected).And.Contain("test.csv"));
        });
    }

    [Test]
    public async Task TypedRecordsAreReadAndTheirErrorsHaveAPlace()
    {
        string path = Write("Name,Count,Share\nx,3,0.25\ny,4,\n");
        List<Measured> records = await DelimitedText.ReadAsync<Measured>(path).ToListAsync();
        Assert.That(records, Is.EqualTo(new[] { new Measured("x", 3, 0.25), new Measured("y", 4, null) }));

        var wrong = await Assert.ThrowsAsync<MalformedFileException>(async () =>
            await DelimitedText.ReadAsync<Measured>(Write("Name,Count,Share\nx,3,0.25\ny,four,\n")).ToListAsync()
        );
        Assert.That((wrong!.Line, wrong.Column), Is.EqualTo(((long?)3, (long?)2)), wrong.Message);
        var missing = await Assert.ThrowsAsync<MalformedFileException>(async () =>
            await DelimitedText.ReadAsync<Measured>(Write("Name\nx\n")).ToListAsync()
        );
        Assert.That(missing!.Message, Does.Contain("Count"));
    }

    [Test]
    public async Task NumbersAreReadByColumn()
    {
        string path = Write("label,x,y\na,1,2\nb,,4\nc,5,NA\n");
        IReadOnlyDictionary<string, double[]> numbers = await DelimitedText.ReadNumbersAsync(
            path,
            ["y", "x"],
            new DelimitedTextOptions { MissingValues = ["NA"] }
        );
        Assert.That(numbers["x"], Is.EqualTo(new[] { 1, double.NaN, 5 }));
        Assert.That(numbers["y"], Is.EqualTo(new[] { 2, 4, double.NaN }));
        var error = await Assert.ThrowsAsync<MalformedFileException>(() => DelimitedText.ReadNumbersAsync(path, ["label"]));
        Assert.That((error!.Line, error.Column), Is.EqualTo(((long?)2, (long?)1)));
    }

    [Test]
    public Task WhatCsvHelperWritesIsReadBack() =>
        Gen.Char[' ', '~']
            .Array[0, 12]
            .Select(c => new string(c))
            .Array[3]
            .Array[0, 20]
            .SampleAsync(async rows =>
            {
                using var stream = new MemoryStream();
                using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
                using (CsvWriter writer = CsvWriter.Create(gzip, CsvWriterOptions.Default, leaveOpen: true))
                {
                    foreach (string[] row in rows.Prepend(["a", "b", "c"]))
                    {
                        foreach (string value in row)
                            writer.WriteField(value);
                        writer.EndRecord();
                    }
                }

                stream.Position = 0;
                var options = new DelimitedTextOptions { Separator = ',' };
                List<DelimitedRecord> read = await DelimitedText.ReadAsync(stream, "round.csv.gz", options).ToListAsync();
                Assert.That(read.Select(r => r.Values), Is.EqualTo(rows));
            });

    [Test]
    public void DamagedCompressionAndCancellation()
    {
        byte[] text = Encoding.UTF8.GetBytes(
            "a,b\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{i * 7919 % 10_007}\n"))
        );
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(text);
        byte[] cut = buffer.ToArray()[..(int)(buffer.Length / 2)];
        Assert.That(
            async () => await DelimitedText.ReadAsync(new MemoryStream(cut), "cut.csv.gz").ToListAsync(),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("compressed")
        );
        Assert.That(
            async () => await DelimitedText.ReadAsync(new MemoryStream(text), "x.csv").ToListAsync(new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [Test]
    public void DamageNeverCrashes() => Fuzz(2_000);

    [Test, Category("Long")]
    public void DamageNeverCrashesInManyCases() => Fuzz(100_000);

    private static void Fuzz(int cases)
    {
        byte[] text = Encoding.UTF8.GetBytes("a,\"b \"\"c\"\"\",d\r\n1,\"two\nlines\",ä\r\n-1e5,,\r\n");
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(text);
        FileDamage.Check(
            [text, buffer.ToArray()],
            cases,
            async (stream, name) => await DelimitedText.ReadAsync(stream, name).CountAsync(),
            isPlaceKnown: false
        );
    }

    private static Task<List<DelimitedRecord>> Read(string text, DelimitedTextOptions? options = null, string name = "test.csv") =>
        DelimitedText.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), name, options).ToListAsync().AsTask();

    private string Write(string text)
    {
        string path = Path.Combine(_folder.Path, "test.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
