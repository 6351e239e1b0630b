using System.IO.Compression;
using System.Text;
using CsCheck;
using ResearchKit.Data;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class EdgeListTests
{
    [Test]
    public async Task SnapTextIsNormalisedAndCounted()
    {
        (Graph graph, LoadReport report) = await Load(
            """
            https://snap.stanford.edu/data/example.html
            # Directed graph
            % konect comment
            10	2
            2	10
            10	2
            7	7
            2	2

            300 , 10
            2,7,0.5
              10 300 1e3 1234567890
            9 9
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(graph.ExternalIds, Is.EqualTo(new[] { "2", "7", "10", "300" }));
            Assert.That(graph.Edges(), Is.EqualTo(new[] { (0, 1), (0, 2), (2, 3) }));
            Assert.That(
                report,
                Is.EqualTo(
                    new LoadReport
                    {
                        Source = "test.txt",
                        DataLines = 9,
                        SkippedLines = 4,
                        Pairs = 9,
                        SelfLoops = 3,
                        Duplicates = 1,
                        MergedDirections = 2,
                        IgnoredWeights = 2,
                        DroppedNodes = 1,
                    }
                )
            );
            Assert.That(report.IsUnchanged, Is.False);
        });
    }

    [Test]
    public async Task TextIdsAreOrderedByCodeUnits()
    {
        (Graph graph, LoadReport report) = await Load("\uFEFFzoë\tBob\r\nBob\talice\r\n10\tzoë\r\n9\tBob\r\n");
        Assert.That(graph.ExternalIds, Is.EqualTo(new[] { "10", "9", "Bob", "alice", "zoë" }));
        Assert.That(graph.Edges(), Is.EqualTo(new[] { (0, 4), (1, 2), (2, 3), (2, 4) }));
        Assert.That(report.IsUnchanged, Is.True);
    }

    [Test]
    public async Task AdjacencyListsHaveANodeAndItsNeighbours()
    {
        (Graph graph, LoadReport report) = await Load("1 2 3\n2 1\n3\n4\n", name: "small.adjlist");
        Assert.That(graph.Edges(), Is.EqualTo(new[] { (0, 1), (0, 2) }));
        Assert.That((report.DataLines, report.Pairs, report.MergedDirections, report.DroppedNodes), Is.EqualTo((4L, 3L, 1L, 1)));
    }

    [TestCase("1 2\n3 x\n", 2, "node id", TestName = "A word among integers")]
    [TestCase("1 2\n-3 4\n", 2, "node id", TestName = "A negative id")]
    [TestCase("-3 4\n", 1, "node id", TestName = "A negative id at the start")]
    [TestCase("1 2.5\n1 2\n", 1, "integer ids", TestName = "A fraction")]
    [TestCase("1 2\n3\n", 2, "two node ids", TestName = "One id")]
    [TestCase("# c\n1,,2\n", 2, "two node ids", TestName = "An empty value")]
    [TestCase("1,2,\n", 1, "at most two numbers", TestName = "A comma at the end")]
    [TestCase(",1,2\n", 1, "a node id", TestName = "A comma at the start")]
    [TestCase("1 2 3 4 5\n", 1, "at most two numbers", TestName = "Five columns")]
    [TestCase("1 2 heavy\n", 1, "at most two numbers", TestName = "A weight that is a word")]
    [TestCase("1 99999999999999999999\n", 1, "node id", TestName = "An id beyond 64 bits")]
    [TestCase("source,target\n1,2\n2,3\n", 1, "skip a header", TestName = "A header")]
    [TestCase("1 2\nhttps://example.org/\n", 2, "node id", TestName = "A URL below the first line")]
    [TestCase("a b\nc \u0001\n", 2, "control characters", TestName = "A control character")]
    public async Task AMalformedLineIsNamed(string text, int line, string expected)
    {
        var error = await Assert.ThrowsAsync<MalformedFileException>(() => Load(text));
        Assert.Multiple(() =>
        {
            Assert.That(error!.Line, Is.EqualTo(line));
            Assert.That(error.Path, Is.EqualTo("test.txt"));
            Assert.That(error.Message, Does.Contain(expected).And.Contain($"line {line}"));
        });
    }

    [TestCase("1 2\n3 3\n", 2, "two different node ids")]
    [TestCase("1 2\n2 3\n2 1\n", 3, "not there yet")]
    [TestCase("1 2\n1 2\n", 2, "not there yet")]
    [TestCase("1 2\n1 3 0.5\n", 2, "nothing more")]
    public async Task StrictLoadingRefusesWhatWouldBeDropped(string text, int line, string expected)
    {
        var error = await Assert.ThrowsAsync<MalformedFileException>(() => Load(text, new EdgeListOptions { Strict = true }));
        Assert.That(error!.Line, Is.EqualTo(line));
        Assert.That(error.Message, Does.Contain(expected));
    }

    [Test]
    public async Task OptionsChooseIdsAndSkipLines()
    {
        (Graph skipped, _) = await Load("source,target\n1,2\n", new EdgeListOptions { SkipLines = 1 });
        (Graph text, _) = await Load("1 2\n10 2\n", new EdgeListOptions { Ids = NodeIdKind.Text });
        Assert.That(skipped.ExternalIds, Is.EqualTo(new[] { "1", "2" }));
        Assert.That(text.ExternalIds, Is.EqualTo(new[] { "1", "10", "2" }));
        Assert.That(() => new EdgeListOptions { SkipLines = -1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase("")]
    [TestCase("# nothing\n\n")]
    [TestCase("5 5\n")]
    public async Task AFileWithoutEdgesGivesAnEmptyGraph(string text)
    {
        (Graph graph, _) = await Load(text);
        Assert.That((graph.NodeCount, graph.EdgeCount, graph.MaxDegree), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task CompressedStreamsAreRecognisedAndTruncationIsNoticed()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i} {i * 7919 % 20_011}\n")));
        foreach (
            Func<Stream, Stream> compress in (Func<Stream, Stream>[])
                [s => new GZipStream(s, CompressionLevel.Fastest, true), s => new ZstdSharp.CompressionStream(s, leaveOpen: true)]
        )
        {
            using var buffer = new MemoryStream();
            await using (Stream writer = compress(buffer))
                await writer.WriteAsync(text);
            byte[] packed = buffer.ToArray();
            using var whole = new MemoryStream(packed);
            using var cut = new MemoryStream(packed[..(packed.Length / 2)]);
            Graph expected = (await Load(Encoding.UTF8.GetString(text))).Graph;
            Assert.That((await EdgeList.LoadAsync(whole)).Graph.HasSameEdges(expected), Is.True);
            Assert.That(() => EdgeList.LoadAsync(cut, "cut"), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("cut"));
        }
    }

    [Test]
    public Task WhatIsWrittenIsReadBack() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 200])
            .Array[0, 200]
            .SampleAsync(async pairs =>
            {
                var graph = (await Load(string.Concat(pairs.Select(p => $"{p.Item1 * 977} {p.Item2 * 977}\n")))).Graph;
                using var written = new MemoryStream();
                await EdgeList.WriteAsync(graph, written);
                written.Position = 0;
                (Graph read, LoadReport report) = await EdgeList.LoadAsync(written, "again", new EdgeListOptions { Strict = true });
                Assert.That(read.HasSameEdges(graph), Is.True);
                Assert.That(read.ExternalIds, Is.EqualTo(graph.ExternalIds));
                Assert.That(read.EdgeListSha256(), Is.EqualTo(GraphTestsText(written)));
                Assert.That(report.IsUnchanged, Is.True);
            });

    [TestCase("graph.txt")]
    [TestCase("graph.txt.gz")]
    [TestCase("graph.txt.zst")]
    public async Task ASavedFileIsReadBackAndACancelledOneLeavesTheOld(string name)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, name);
        var graph = Graph.FromEdges(3, [(0, 1), (1, 2)], NodeIds.Of(["x", "y", "z"]));
        await EdgeList.SaveAsync(graph, path);
        Assert.That((await EdgeList.LoadAsync(path)).Graph.EdgeListSha256(), Is.EqualTo(graph.EdgeListSha256()));

        Assert.That(
            () => EdgeList.SaveAsync(Graph.FromEdges(2, [(0, 1)]), path, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That((await EdgeList.LoadAsync(path)).Graph.EdgeCount, Is.EqualTo(2));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [TestCase("source,target,weight\n1,2,0.5\n\"10\",2,x\n", null, "1 2 10", 2)]
    [TestCase("1,2\n10,2\n", null, "1 2 10", 0)]
    [TestCase("weight,To,From\n1,2,10\n", null, "2 10", 1)]
    [TestCase("alice,bob\n", false, "alice bob", 0)]
    [TestCase("left,right\nalice,bob\n", true, "alice bob", 0)]
    public async Task CsvTablesHaveAHeaderOrNot(string text, bool? hasHeader, string ids, int ignored)
    {
        (Graph graph, LoadReport report) = await Load(text, new EdgeListOptions { HasHeader = hasHeader }, "edges.csv");
        Assert.That(graph.ExternalIds, Is.EqualTo(ids.Split(' ')));
        Assert.That((graph.EdgeCount, report.IgnoredWeights), Is.EqualTo((graph.NodeCount - 1, (long)ignored)));
    }

    [TestCase("alice,bob\n", "HasHeader")]
    [TestCase("1,2\n3\n", "two node ids")]
    [TestCase("u,v\n1,2\n3,x\n", "node id")]
    [TestCase("u,v\n1,\"2\n", "record")]
    public void CsvTablesThatAreUnclearAreRefused(string text, string expected) =>
        Assert.That(() => Load(text, name: "edges.csv"), Throws.InstanceOf<MalformedFileException>().With.Message.Contains(expected));

    [Test]
    public async Task TablesOfOtherFormatsGiveTheSameGraph()
    {
        using var folder = new TemporaryFolder();
        long[] ids = [5, 7, 7, 5, 9, 7, 9, 9, 12, 5];
        string npy = Path.Combine(folder.Path, "edges.npy");
        await NpyFile.SaveAsync(npy, NpyArray.Of(ids, 5, 2));
        string parquet = Path.Combine(folder.Path, "edges.parquet");
        long[] from = [.. ids.Where((_, i) => i % 2 == 0)];
        long[] to = [.. ids.Where((_, i) => i % 2 == 1)];
        await ParquetTable.Of(("w", new double[5]), ("v", to), ("u", from)).SaveAsync(parquet);
        string named = Path.Combine(folder.Path, "named.parquet");
        await ParquetTable.Of(("a", Array.ConvertAll(from, i => $"n{i}")), ("b", Array.ConvertAll(to, i => $"n{i}"))).SaveAsync(named);
        (Graph expected, LoadReport report) = await Load(string.Concat(from.Zip(to).Select(p => $"{p.First} {p.Second}\n")));

        foreach (string path in (string[])[npy, parquet])
        {
            (Graph graph, LoadReport read) = await EdgeList.LoadAsync(path);
            Assert.That(graph.EdgeListSha256(), Is.EqualTo(expected.EdgeListSha256()), path);
            Assert.That(read, Is.EqualTo(report with { Source = path }));
        }

        Graph text = (await EdgeList.LoadAsync(named, new EdgeListOptions { Columns = ("b", "a") })).Graph;
        Assert.That(text.ExternalIds, Is.EqualTo(new[] { "n12", "n5", "n7", "n9" }));
        Assert.That(text.EdgeCount, Is.EqualTo(expected.EdgeCount));
        Assert.That(
            () => EdgeList.LoadAsync(named, new EdgeListOptions { Columns = ("x", "y") }),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("'x'")
        );
        foreach (string path in (string[])[npy, parquet])
        {
            Graph asText = (await EdgeList.LoadAsync(path, new EdgeListOptions { Ids = NodeIdKind.Text })).Graph;
            Assert.That(asText.ExternalIds, Is.EqualTo(new[] { "12", "5", "7", "9" }), path);
        }

        Assert.That(
            () => EdgeList.LoadAsync(named, new EdgeListOptions { Ids = NodeIdKind.Integer }),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("integer ids")
        );
        await NpyFile.SaveAsync(npy, NpyArray.Of(new[] { 1, 2, 3 }));
        Assert.That(() => EdgeList.LoadAsync(npy), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("(E, 2)"));
        await NpyFile.SaveAsync(npy, NpyArray.Of(new[] { 1, -2 }, 1, 2));
        Assert.That(() => EdgeList.LoadAsync(npy), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("row 0"));
    }

    [Test]
    public void IdsThatCannotBeReadBackAreNotWritten()
    {
        var graph = Graph.FromEdges(2, [(0, 1)], NodeIds.Of(["New York", "Basel"]));
        Assert.That(() => EdgeList.WriteAsync(graph, new MemoryStream()), Throws.ArgumentException.With.Message.Contains("New York"));
    }

    [Test]
    public void LinesAcrossChunksAreWhole()
    {
        string row = "0 " + string.Join(' ', Enumerable.Range(1, 100_000)) + "\n";
        Graph graph = Load(row + "7 8 9\n", name: "hub.adjlist").Result.Graph;
        Assert.That((graph.NodeCount, graph.EdgeCount, graph.MaxDegree), Is.EqualTo((100_001, 100_002, 100_000)));
    }

    [Test]
    public void CancellationStopsTheReading()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(
            () => EdgeList.LoadAsync(new MemoryStream([1, 2]), cancellationToken: cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [Test]
    public Task RandomBytesAreReadOrRefusedButNeverCrash() =>
        Gen.OneOf(Gen.Byte.Array[0, 300], Gen.Int[0, 15].Select(i => "0123 9,\t\n\r#%-.aZ"u8[i]).Array[0, 300])
            .SampleAsync(
                async bytes =>
                {
                    try
                    {
                        LoadedGraph loaded = await EdgeList.LoadAsync(new MemoryStream(bytes), "random");
                        Assert.That(loaded.Graph.EdgeCount, Is.LessThanOrEqualTo(loaded.Report.Pairs));
                    }
                    catch (MalformedFileException e)
                    {
                        Assert.That(e.Path, Is.EqualTo("random"));
                    }
                },
                iter: 5_000
            );

    private static string GraphTestsText(MemoryStream written) =>
        Graphs.GraphTests.Sha256(Encoding.UTF8.GetString(written.ToArray()).Replace('\t', ' '));

    private static Task<LoadedGraph> Load(string text, EdgeListOptions? options = null, string name = "test.txt") =>
        EdgeList.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), name, options);
}
