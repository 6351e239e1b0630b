using CsCheck;
using ResearchKit.Data;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data.Documents;

/// <summary>Changed graphs are written back into the files they came from, with all that stands there beside them.</summary>
[TestFixture]
public sealed class GraphDocumentTests
{
    private const string GraphMl = """
        <?xml version="1.0" encoding="UTF-8"?>
        <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
          <key id="c" for="node" attr.name="colour" attr.type="string"/>
          <key id="w" for="edge" attr.name="weight" attr.type="double"/>
          <graph id="G" edgedefault="undirected">
            <!-- people -->
            <node id="ann"><data key="c">red</data></node>
            <node id="bob"/>
            <node id="cid"><data key="c">blue</data></node>
            <node id="alone"/>
            <edge id="e0" source="ann" target="bob"><data key="w">1.5</data></edge>
            <edge source="cid" target="bob"><data key="w">2</data></edge>
            <edge source="ann" target="ann"/>
          </graph>
        </graphml>
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task GraphMlKeepsAttributesOfWhatStays()
    {
        string path = await Write("a.graphml", GraphMl);
        GraphDocument document = await GraphDocument.OpenAsync(path);
        Assert.That(document.Graph.ExternalIds, Is.EqualTo(new[] { "ann", "bob", "cid", "alone" }));
        Assert.That((document.Report.Pairs, document.Report.SelfLoops), Is.EqualTo((3L, 1L)));
        // bob-cid goes, ann-alone comes.
        Graph changed = document.Graph.ApplyEdits([new EdgeEdit(1, 2, EditKind.Remove), new EdgeEdit(0, 3, EditKind.Add)]);
        await document.SaveAsync(changed, In("b.graphml"));
        string text = await File.ReadAllTextAsync(In("b.graphml"));
        Assert.That(
            text,
            Does.Contain("<data key=\"c\">red</data>")
                .And.Contain("<data key=\"w\">1.5</data>")
                .And.Contain("attr.name=\"weight\"")
                .And.Contain("<!-- people -->")
                .And.Not.Contain("<data key=\"w\">2</data>")
        );
        GraphDocument again = await GraphDocument.OpenAsync(In("b.graphml"));
        Assert.That(again.Graph.HasSameEdges(changed));
        Assert.That(again.Graph.ExternalIds, Is.EqualTo(document.Graph.ExternalIds));
        Assert.That(again.Graph.EdgeListSha256(), Is.EqualTo(changed.EdgeListSha256()));
    }

    [Test]
    public async Task NodesThatGoAndComeAreWritten()
    {
        GraphDocument document = await GraphDocument.OpenAsync(await Write("a.graphml", GraphMl));
        Graph fewer = Graph.FromEdges(3, [(0, 1), (1, 2)], NodeIds.Of(["bob", "ann", "new"]));
        await document.SaveAsync(fewer, In("c.graphml"));
        GraphDocument again = await GraphDocument.OpenAsync(In("c.graphml"));
        Assert.That(again.Graph.ExternalIds, Is.EquivalentTo(new[] { "ann", "bob", "new" }));
        Assert.That(NodeAlignment.ById(fewer, again.Graph).SecondAsFirst().HasSameEdges(fewer));
        Assert.That(await File.ReadAllTextAsync(In("c.graphml")), Does.Contain("red").And.Not.Contain("blue"));
    }

    [Test]
    public async Task TextKeepsWeightsCommentsAndTheSeparator()
    {
        string path = await Write("a.txt", "# friends\n1 2 {'weight': 3, 'since': 1999}\n2 3 {}\n3 1 {'weight': 1}\n3 4 {}\n4 4 {}\n");
        GraphDocument document = await GraphDocument.OpenAsync(path);
        Graph changed = document.Graph.ApplyEdits([new EdgeEdit(1, 2, EditKind.Remove), new EdgeEdit(0, 3, EditKind.Add)]);
        await document.SaveAsync(changed, In("b.txt"));
        Assert.That(
            await File.ReadAllTextAsync(In("b.txt")),
            Is.EqualTo("# friends\n1 2 {'weight': 3, 'since': 1999}\n3 1 {'weight': 1}\n3 4 {}\n4 4 {}\n1 4\n")
        );
        await document.SaveAsync(changed, path);
        Assert.That(await File.ReadAllTextAsync(path), Does.EndWith("1 4\n"), "also over the file itself");
    }

    [Test]
    public async Task ParquetKeepsColumnsAndMarksWhatIsMissing()
    {
        string path = In("a.parquet");
        await ParquetTable
            .Of(
                ("weight", new double[] { 1.5, 2.5, 3.5 }),
                ("source", new long[] { 10, 20, 30 }),
                ("target", new long[] { 20, 30, 10 }),
                ("note", new[] { "a", "b", null })
            )
            .SaveAsync(path);
        GraphDocument document = await GraphDocument.OpenAsync(path);
        Graph larger = Graph.FromEdges(4, [(0, 1), (0, 2), (2, 3)], NodeIds.Of([10L, 20L, 30L, 40L]));
        await document.SaveAsync(larger, In("b.parquet"));
        ParquetTable table = await ParquetTable.LoadAsync(In("b.parquet"));
        Assert.That(table.Names, Is.EqualTo(new[] { "weight", "source", "target", "note" }));
        Assert.That(table.Int64s("source"), Is.EqualTo(new long[] { 10, 30, 30 }));
        Assert.That(table.Int64s("target"), Is.EqualTo(new long[] { 20, 10, 40 }));
        Assert.That(table.Doubles("weight"), Is.EqualTo(new[] { 1.5, 3.5, double.NaN }));
        Assert.That(table.Strings("note"), Is.EqualTo(new[] { "a", null, null }));
        Assert.That((await GraphDocument.OpenAsync(In("b.parquet"))).Graph.EdgeListSha256(), Is.EqualTo(larger.EdgeListSha256()));
    }

    [Test]
    public async Task AnotherFormatTakesTheGraphAlone()
    {
        GraphDocument document = await GraphDocument.OpenAsync(await Write("a.graphml", GraphMl));
        await document.SaveAsync(document.Graph, In("b.txt"));
        Assert.That(await File.ReadAllTextAsync(In("b.txt")), Is.EqualTo("ann\tbob\nbob\tcid\n"));
        GraphDocument text = await GraphDocument.OpenAsync(In("b.txt"));
        await text.SaveAsync(text.Graph, In("c.graphml"));
        Assert.That((await GraphDocument.OpenAsync(In("c.graphml"))).Graph.EdgeListSha256(), Is.EqualTo(document.Graph.EdgeListSha256()));
    }

    [Test]
    public void EveryFormatReadsBackWhatWasWritten()
    {
        int n = 0;
        Gen.Select(Gen.Int[1, 20], Gen.Double[0, 1], Gen.Int[0, 1_000_000])
            .Sample(
                (nodes, p, seed) =>
                {
                    Graph graph = RandomGraphs.ErdosRenyi(nodes, p, RandomStream.Named("documents", $"{seed}"));
                    Graph other = RandomGraphs.ErdosRenyi(nodes, 0.5, RandomStream.Named("documents", "other", $"{seed}"));
                    string path = In($"{Interlocked.Increment(ref n)}.graphml");
                    GraphDocument empty = GraphDocument.Of(new LoadedGraph(graph, new LoadReport { Source = "test" }));
                    empty.SaveAsync(graph, path).GetAwaiter().GetResult();
                    GraphDocument read = GraphDocument.OpenAsync(path).GetAwaiter().GetResult();
                    read.SaveAsync(other, path).GetAwaiter().GetResult();
                    Graph again = GraphDocument.OpenAsync(path).GetAwaiter().GetResult().Graph;
                    return read.Graph.HasSameEdges(graph) && again.NodeCount == nodes && again.HasSameEdges(other);
                },
                iter: 40
            );
    }

    [TestCase("<graphml><graph edgedefault='undirected'><node id='a'/><edge source='a' target='b'/></graph></graphml>", "'b'")]
    [TestCase("<graphml><graph><node id='a'/><node id='a'/></graph></graphml>", "second node 'a'")]
    [TestCase("<graphml><graph><node/></graph></graphml>", "attribute id")]
    [TestCase("<graphml><graph/><graph/></graphml>", "2 graphs")]
    [TestCase("<graphml><graph><hyperedge/></graph></graphml>", "hyperedge")]
    [TestCase("<gexf/>", "gexf")]
    [TestCase("<graphml><graph>", "GraphML")]
    [TestCase("<!DOCTYPE x [<!ENTITY a 'b'>]><graphml><graph/></graphml>", "DTD")]
    [TestCase("", "GraphML")]
    public async Task DamagedGraphMlNamesFileAndPlace(string text, string expected)
    {
        string path = await Write("bad.graphml", text);
        Assert.That(
            async () => await GraphDocument.OpenAsync(path),
            Throws.TypeOf<MalformedFileException>().With.Message.Contains(expected).And.Message.Contains("bad.graphml")
        );
    }

    [Test]
    public Task DamageNeverCrashes() => Fuzz(500);

    [Test, Category("Long")]
    public Task DamageNeverCrashesInManyCases() => Fuzz(100_000);

    // Of each format, so five times as many in all.
    private async Task Fuzz(int cases)
    {
        GraphDocument document = await GraphDocument.OpenAsync(await Write("a.graphml", GraphMl));
        await EdgeList.SaveAsync(document.Graph, In("a.txt.gz"));
        await ParquetTable.Of(("source", new long[] { 1, 2 }), ("target", new long[] { 2, 3 })).SaveAsync(In("a.parquet"));
        await NpyFile.SaveAsync(In("a.npy"), NpyArray.Of(new long[] { 1, 2, 2, 3 }, 2, 2));
        await Write("a.txt", "# friends\n1 2 {'weight': 3, 'since': 1999}\n2 3 {}\n3 1 {'weight': 1}\n4 4 {}\n");
        foreach (string name in (string[])["a.graphml", "a.txt.gz", "a.parquet", "a.npy", "a.txt"])
        {
            string damaged = In("damaged-" + name);
            FileDamage.Check(
                [await File.ReadAllBytesAsync(In(name))],
                cases,
                async (stream, path) =>
                {
                    await using (FileStream file = File.Create(path))
                        await stream.CopyToAsync(file);
                    return (await GraphDocument.OpenAsync(path)).Graph.EdgeCount;
                },
                threads: 1,
                isPlaceKnown: false,
                name: damaged
            );
        }
    }

    private string In(string name) => System.IO.Path.Combine(_folder.Path, name);

    private async Task<string> Write(string name, string text)
    {
        await File.WriteAllTextAsync(In(name), text);
        return In(name);
    }
}
