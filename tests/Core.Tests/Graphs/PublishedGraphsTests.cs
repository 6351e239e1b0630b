using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Graphs;

namespace ResearchKit.Core.Tests.Graphs;

/// <summary>Ten published graphs: nodes, edges and largest degree after normalisation, and self loops in the file, as counted independently.</summary>
[TestFixture]
public sealed class PublishedGraphsTests
{
    [TestCase("ego-facebook/facebook_combined.txt", 88234, 4039, 88234, 0, 1045)]
    [TestCase("email-eu-core/email-Eu-core.txt", 25571, 986, 16064, 642, 345)]
    [TestCase("ca-grqc/ca-GrQc.txt", 28980, 5241, 14484, 12, 81)]
    [TestCase("p2p-gnutella08/p2p-Gnutella08.edgelist", 20777, 6301, 20777, 0, 97)]
    [TestCase("as20/as20graph.txt", 26467, 6474, 12572, 1323, 1458)]
    [TestCase("karate/karate.adjlist", 34, 34, 78, 0, 17)]
    [TestCase("football/football.edgelist", 613, 115, 613, 0, 12)]
    [TestCase("cora/cora.edgelist", 5278, 2708, 5278, 0, 168)]
    [TestCase("citeseer/citeseer.edgelist", 4552, 3279, 4552, 0, 99)]
    [TestCase("pubmed/pubmed.edgelist", 44324, 19717, 44324, 0, 171)]
    public async Task AreReadAsCounted(string file, int dataLines, int nodes, int edges, int selfLoops, int maxDegree)
    {
        (Graph graph, LoadReport report) = await EdgeList.LoadAsync(GoldenFiles.Data(["graphs", .. file.Split('/')]));
        Assert.Multiple(() =>
        {
            Assert.That(graph.NodeCount, Is.EqualTo(nodes));
            Assert.That(graph.EdgeCount, Is.EqualTo(edges));
            Assert.That(graph.MaxDegree, Is.EqualTo(maxDegree));
            Assert.That(report.DataLines, Is.EqualTo(dataLines));
            Assert.That(report.SelfLoops, Is.EqualTo(selfLoops));
            Assert.That(report.Pairs - report.SelfLoops - report.Duplicates - report.MergedDirections, Is.EqualTo(edges));
        });
    }

    [TestCase("email-eu-core/email-Eu-core.txt", 1005)]
    [TestCase("ca-grqc/ca-GrQc.txt", 5242)]
    [TestCase("as20/as20graph.txt", 6474)]
    public async Task CountIdsThatOccurOnlyInSelfLoops(string file, int idsInFile)
    {
        (Graph graph, LoadReport report) = await EdgeList.LoadAsync(GoldenFiles.Data(["graphs", .. file.Split('/')]));
        Assert.That(graph.NodeCount + report.DroppedNodes, Is.EqualTo(idsInFile));
    }
}
