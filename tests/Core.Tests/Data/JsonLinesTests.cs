using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ResearchKit.Data;
using ResearchKit.Goldens;
using ZstdSharp;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed partial class JsonLinesTests
{
    public sealed record Query([property: JsonPropertyName("_id")] string Id, [property: JsonRequired] string Text);

    [JsonSerializable(typeof(Query))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class Json : JsonSerializerContext;

    [Test]
    public async Task ValuesAreReadWithTheirLines()
    {
        List<JsonLine> lines = await Read(
            "\uFEFF{\"a\":1,\"t\":\"x\",\"v\":[1,2.5]}\r\n\n  \t\n{\"a\":9007199254740993,\"n\":null,\"s\":[\"p\",\"q\"]}"
        );
        Assert.That(lines.Select(static line => line.Line), Is.EqualTo(new[] { 1L, 4L }));
        Assert.That((lines[0].Number<int>("a"), lines[0].Text("t")), Is.EqualTo((1, "x")));
        Assert.That(lines[0].Numbers<double>("v"), Is.EqualTo(new[] { 1, 2.5 }));
        Assert.That(lines[1].Number<long>("a"), Is.EqualTo(9_007_199_254_740_993));
        Assert.That(lines[1].Texts("s"), Is.EqualTo(new[] { "p", "q" }));
        Assert.That((lines[1].Has("n"), lines[1].Has("a"), lines[1].Has("zz")), Is.EqualTo((false, true, false)));
    }

    [TestCase("{\"a\":1}\n{\"a\":}\n", 2, 6, "JSON")]
    [TestCase("{\"a\":1,\"a\":2}\n", 1, null, "JSON")]
    [TestCase("{\"a\":1}\n{\"a\":1\n}", 2, 7, "JSON")]
    [TestCase("{\"a\":1} {}\n", 1, 9, "JSON")]
    [TestCase("{\"a\":\"\\ud800\"}\n", 1, 6, "Unicode")]
    public async Task LinesThatAreNoJsonHaveTheirPlace(string text, int line, int? column, string expected)
    {
        var error = await Assert.ThrowsAsync<MalformedFileException>(() => Read(text));
        Assert.That(error!.Line, Is.EqualTo(line), error.Message);
        Assert.That(error.Message, Does.Contain(expected).And.Contain("test.jsonl"));
        if (column is not null)
            Assert.That(error.Column, Is.EqualTo(column), error.Message);
    }

    [Test]
    public async Task WrongMembersHaveTheirLine()
    {
        List<JsonLine> lines = await Read("{\"a\":1.5,\"t\":3,\"v\":[1,\"x\"]}\n[1]\n");
        Assert.Multiple(() =>
        {
            Assert.That(() => lines[0].Number<int>("a"), Wrong(1, "'a'"));
            Assert.That(() => lines[0].Number<byte>("t"), Throws.Nothing);
            Assert.That(() => lines[0].Text("t"), Wrong(1, "a string in 't'"));
            Assert.That(() => lines[0].Numbers<double>("v"), Wrong(1, "'v'"));
            Assert.That(() => lines[0].Texts("v"), Wrong(1, "'v'"));
            Assert.That(() => lines[0].Member("zz"), Wrong(1, "a member 'zz'"));
            Assert.That(() => lines[1].Text("t"), Wrong(2, "a JSON object"));
        });

        static NUnit.Framework.Constraints.IResolveConstraint Wrong(long line, string expected) =>
            Throws
                .InstanceOf<MalformedFileException>()
                .With.Property(nameof(MalformedFileException.Line))
                .EqualTo(line)
                .And.Message.Contains(expected);
    }

    [Test]
    public async Task OtherBytesThanUtf8AreRefused()
    {
        byte[] bytes = [.. "{}\n{\"a\":\""u8, 0xFF, .. "\"}\n"u8];
        var error = await Assert.ThrowsAsync<MalformedFileException>(async () =>
            await JsonLines.ReadAsync(new MemoryStream(bytes), "test.jsonl").ToListAsync()
        );
        Assert.That((error!.Line, error.Expected), Is.EqualTo(((long?)2, "UTF-8")));
    }

    [Test]
    public async Task CompressedFilesAreReadAndTheirDamageIsNoticed()
    {
        byte[] text = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"{{\"i\":{i},\"x\":{i * 7919L % 10_007}}}\n"))
        );
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(text);
        using var zstd = new MemoryStream();
        using (var stream = new CompressionStream(zstd, leaveOpen: true))
            stream.Write(text);
        foreach (byte[] compressed in (byte[][])[gzip.ToArray(), zstd.ToArray()])
        {
            List<JsonLine> lines = await JsonLines.ReadAsync(new MemoryStream(compressed), "x").ToListAsync();
            Assert.That(lines, Has.Count.EqualTo(20_000));
            Assert.That(lines.Select(static (line, i) => line.Number<int>("i") == i).All(static same => same), Is.True);
            var error = await Assert.ThrowsAsync<MalformedFileException>(async () =>
                await JsonLines.ReadAsync(new MemoryStream(compressed[..(compressed.Length / 2)]), "x").ToListAsync()
            );
            Assert.That(error!.Line, Is.GreaterThan(1));
        }
    }

    [Test]
    public async Task PublishedFilesAreRead()
    {
        int entries = 0;
        await foreach (JsonLine line in JsonLines.ReadAsync(GoldenFiles.Data("rag-wordnet", "corpus.jsonl.gz")))
            entries += line.Text("text").Length > 0 ? 1 : 0;
        Assert.That(entries, Is.EqualTo(29_449));
        List<Query> queries = await JsonLines.ReadAsync(GoldenFiles.Data("rag-pubmed", "queries.jsonl"), Json.Default.Query).ToListAsync();
        Assert.That(queries, Has.Count.EqualTo(3_310));
        Assert.That(queries[1].Text, Is.EqualTo("Which factor is inhibited by Milvexian?"));
    }

    [Test]
    public async Task TypedErrorsHaveTheirLine()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "q.jsonl");
        foreach (string second in (string[])["{\"_id\":\"b\"}", "{\"_id\":1,\"text\":\"x\"}", "null"])
        {
            File.WriteAllText(path, "{\"_id\":\"a\",\"text\":\"x\"}\n" + second);
            var error = await Assert.ThrowsAsync<MalformedFileException>(async () =>
                await JsonLines.ReadAsync(path, Json.Default.Query).ToListAsync()
            );
            Assert.That(error!.Line, Is.EqualTo(2), second);
        }
    }

    [Test]
    public void DamageNeverCrashes() => Fuzz(2_000);

    [Test, Category("Long")]
    public void DamageNeverCrashesInManyCases() => Fuzz(100_000);

    private static void Fuzz(int cases)
    {
        byte[] text = Encoding.UTF8.GetBytes(
            "{\"a\":1,\"t\":\"x\\u00e4\\\"\",\"v\":[1,2.5,null]}\n{\"b\":{\"c\":true}}\n\"\\ud83d\\ude00\"\n-1e5\n"
        );
        FileDamage.Check(
            [text],
            cases,
            async (stream, name) =>
            {
                long count = 0;
                await foreach (JsonLine line in JsonLines.ReadAsync(stream, name))
                    count += 1 + Texts(line.Value);
                return count;
            }
        );

        static int Texts(JsonElement value) =>
            value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!.Length,
                JsonValueKind.Array => value.EnumerateArray().Sum(Texts),
                JsonValueKind.Object => value.EnumerateObject().Sum(static member => member.Name.Length + Texts(member.Value)),
                _ => 0,
            };
    }

    private static async Task<List<JsonLine>> Read(string text) =>
        await JsonLines.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test.jsonl").ToListAsync();
}
