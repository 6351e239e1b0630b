using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ResearchKit.Graphs;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>A GraphML file (graphml.graphdrawing.org): one graph, its edges taken as undirected; keys, data and whatever else it holds stay in the document.</summary>
internal sealed class GraphMlDocument : GraphDocument
{
    private static readonly XNamespace Ml = "http://graphml.graphdrawing.org/xmlns";
    private readonly XDocument _document;

    private GraphMlDocument(LoadedGraph loaded, XDocument document)
        : base(loaded) => _document = document;

    /// <summary>A document without nodes, into which any graph can be written.</summary>
    internal static GraphMlDocument Empty()
    {
        var document = new XDocument(new XElement(Ml + "graphml", new XElement(Ml + "graph", new XAttribute("edgedefault", "undirected"))));
        return new GraphMlDocument(new LoadedGraph(Graph.FromEdges(0, []), new LoadReport { Source = "graph" }), document);
    }

    internal static new async Task<GraphMlDocument> OpenAsync(string path, CancellationToken cancellationToken)
    {
        await using Stream stream = await CompressedFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit });
            XDocument document = await XDocument.LoadAsync(reader, LoadOptions.SetLineInfo, cancellationToken).ConfigureAwait(false);
            return new GraphMlDocument(Read(document, path), document);
        }
        catch (XmlException e)
        {
            throw new MalformedFileException(path, "GraphML", e.Message, e.LineNumber, e.LinePosition, innerException: e);
        }
        catch (Exception e) when (CompressedFile.IsDamage(e))
        {
            throw new MalformedFileException(path, "whole compressed data", e.Message, innerException: e);
        }
    }

    private protected override bool Keeps(string format) => format == ".GRAPHML";

    private protected override Task SaveWithAttributesAsync(Graph changed, string path, CancellationToken cancellationToken)
    {
        var copy = new XDocument(_document);
        XElement graph = copy.Root!.Elements().First(e => e.Name.LocalName == "graph");
        XNamespace names = graph.Name.Namespace;
        var remaining = new Remaining(changed);
        var nodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (XElement element in graph.Elements().ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool stays = element.Name.LocalName switch
            {
                "node" => changed.TryFind(Attribute(element, "id"), out _) && nodes.Add(Attribute(element, "id")),
                "edge" => remaining.Take(Attribute(element, "source"), Attribute(element, "target"))
                    || (
                        Attribute(element, "source") == Attribute(element, "target") && changed.TryFind(Attribute(element, "source"), out _)
                    ),
                _ => true,
            };
            if (!stays)
                element.Remove();
        }

        XElement? firstEdge = graph.Elements(names + "edge").FirstOrDefault();
        for (int node = 0; node < changed.NodeCount; node++)
        {
            if (nodes.Contains(changed.IdOf(node)))
                continue;
            var added = new XElement(names + "node", new XAttribute("id", changed.IdOf(node)));
            if (firstEdge is null)
                graph.Add(added);
            else
                firstEdge.AddBeforeSelf(added);
        }

        foreach ((string u, string v) in remaining.New())
            graph.Add(new XElement(names + "edge", new XAttribute("source", u), new XAttribute("target", v)));
        return AtomicFile.WriteAsync(
            path,
            async (file, token) =>
            {
                await using Stream stream = CompressedFile.CompressFor(path, file);
                await using var writer = XmlWriter.Create(
                    stream,
                    new XmlWriterSettings
                    {
                        Async = true,
                        Encoding = new UTF8Encoding(false),
                        Indent = true,
                        NewLineChars = "\n",
                    }
                );
                await copy.SaveAsync(writer, token).ConfigureAwait(false);
            },
            cancellationToken
        );
    }

    private static LoadedGraph Read(XDocument document, string path)
    {
        XElement root = document.Root!;
        XElement[] graphs = [.. root.Elements().Where(e => e.Name.LocalName == "graph")];
        if (root.Name.LocalName != "graphml" || graphs.Length != 1)
            throw Malformed(path, root, "a graphml element with one graph", $"{root.Name.LocalName} with {graphs.Length} graphs");
        var number = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (XElement node in graphs[0].Elements().Where(e => e.Name.LocalName == "node"))
        {
            if (!number.TryAdd(Required(node, "id", path), number.Count))
                throw Malformed(path, node, "a node id of its own", $"a second node '{Attribute(node, "id")}'");
            if (node.Elements().FirstOrDefault(e => e.Name.LocalName == "graph") is { } nested)
                throw Malformed(path, nested, "a graph without graphs in its nodes", "a nested graph");
        }

        bool directed = Attribute(graphs[0], "edgedefault") == "directed";
        var edges = new List<(int U, int V)>();
        var seen = new HashSet<(int, int)>();
        var seenDirected = new HashSet<(int, int)>();
        (long loops, long duplicates, long merged, long pairs) = (0, 0, 0, 0);
        foreach (XElement edge in graphs[0].Elements().Where(e => e.Name.LocalName is "edge" or "hyperedge"))
        {
            if (edge.Name.LocalName == "hyperedge")
                throw Malformed(path, edge, "edges of two nodes", "a hyperedge");
            pairs++;
            int u = NodeOf("source");
            int v = NodeOf("target");
            if (u == v)
            {
                loops++;
            }
            else if (seen.Add((Math.Min(u, v), Math.Max(u, v))))
            {
                seenDirected.Add((u, v));
                edges.Add((u, v));
            }
            else if (directed && !seenDirected.Contains((u, v)))
            {
                seenDirected.Add((u, v));
                merged++;
            }
            else
            {
                duplicates++;
            }

            int NodeOf(string end)
            {
                string id = Required(edge, end, path);
                return number.TryGetValue(id, out int node) ? node : throw Malformed(path, edge, $"the id of a node as {end}", $"'{id}'");
            }
        }

        var report = new LoadReport
        {
            Source = path,
            Pairs = pairs,
            SelfLoops = loops,
            Duplicates = duplicates,
            MergedDirections = merged,
        };
        return new LoadedGraph(Graph.FromEdges(number.Count, [.. edges], Ids(number.Keys)), report);
    }

    // As numbers where all are: an edge list with the same ids is then the same graph, its checksum too.
    private static NodeIds Ids(Dictionary<string, int>.KeyCollection ids)
    {
        long[] numbers = new long[ids.Count];
        int next = 0;
        foreach (string id in ids)
        {
            bool isNumber =
                long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                && value.ToString(CultureInfo.InvariantCulture) == id;
            if (!isNumber)
                return NodeIds.Of(ids);
            numbers[next++] = value;
        }

        return NodeIds.Of(numbers);
    }

    private static string Attribute(XElement element, string name) => (string?)element.Attribute(name) ?? "";

    private static string Required(XElement element, string name, string path) =>
        (string?)element.Attribute(name) is { Length: > 0 } value
            ? value
            : throw Malformed(path, element, $"an attribute {name}", $"{element.Name.LocalName} without it");

    private static MalformedFileException Malformed(string path, XElement element, string expected, string found) =>
        new(path, expected, found, ((IXmlLineInfo)element).LineNumber, ((IXmlLineInfo)element).LinePosition);
}
