using ResearchKit.Graphs;

namespace ResearchKit.Data;

/// <summary>
/// A graph file together with what it says beyond the graph: attributes of nodes and edges, weights, comments. A changed graph is written back into it: what it still has
/// keeps its attributes, edges that went away take theirs along, and new ones have none. Formats: GraphML, Parquet, and edge lists as text (a pair a line, with weights
/// or attributes behind, as networkx writes them).
/// </summary>
public abstract class GraphDocument
{
    /// <summary>Reads a graph.</summary>
    protected GraphDocument(LoadedGraph loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        (Graph, Report) = loaded;
    }

    /// <summary>The graph: simple and undirected, with the ids of the file.</summary>
    public Graph Graph { get; }

    /// <summary>What of the file is not in the graph.</summary>
    public LoadReport Report { get; }

    /// <summary>Opens a file; the format follows from its extension.</summary>
    /// <param name="path">The file; text may be compressed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">The file is damaged; the message has file, line and text.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<GraphDocument> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FormatOf(path) switch
        {
            ".GRAPHML" => await GraphMlDocument.OpenAsync(path, cancellationToken).ConfigureAwait(false),
            ".PARQUET" => await ParquetGraphDocument.OpenAsync(path, cancellationToken).ConfigureAwait(false),
            ".CSV" or ".TSV" or ".NPY" or ".ADJLIST" => new PlainGraphDocument(
                await EdgeList.LoadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false)
            ),
            _ => new TextGraphDocument(path, await EdgeList.LoadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false)),
        };
    }

    /// <summary>A graph without a file behind it, for example from the standard input.</summary>
    /// <param name="loaded">The graph.</param>
    public static GraphDocument Of(LoadedGraph loaded) => new PlainGraphDocument(loaded);

    /// <summary>
    /// Writes a changed graph, under a temporary name first. With the format of this document attributes stay; with another one the graph alone is written:
    /// GraphML for <c>.graphml</c>, else an edge list.
    /// </summary>
    /// <param name="changed">The graph, its nodes named by ids as in this document.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="cancellationToken">Cancels; the old file, if any, stays.</param>
    public Task SaveAsync(Graph changed, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentException.ThrowIfNullOrEmpty(path);
        string format = FormatOf(path);
        return Keeps(format) ? SaveWithAttributesAsync(changed, path, cancellationToken)
            : format == ".GRAPHML" ? GraphMlDocument.Empty().SaveWithAttributesAsync(changed, path, cancellationToken)
            : EdgeList.SaveAsync(changed, path, cancellationToken);
    }

    /// <summary>Whether a file of a format can keep what this document says.</summary>
    private protected abstract bool Keeps(string format);

    private protected abstract Task SaveWithAttributesAsync(Graph changed, string path, CancellationToken cancellationToken);

    private protected static string FormatOf(string path) => Path.GetExtension(CompressedFile.WithoutCompression(path)).ToUpperInvariant();

    /// <summary>The edges of a graph by ids, to be taken off one after the other; what is left at the end is new.</summary>
    private protected sealed class Remaining(Graph graph)
    {
        private readonly HashSet<(int, int)> _written = [];

        /// <summary>Whether the graph has the edge; it then counts as written.</summary>
        public bool Take(string u, string v)
        {
            if (!graph.TryFind(u, out int first) || !graph.TryFind(v, out int second) || !graph.HasEdge(first, second))
                return false;
            _written.Add((Math.Min(first, second), Math.Max(first, second)));
            return true;
        }

        /// <summary>The edges that were not taken.</summary>
        public IEnumerable<(string U, string V)> New()
        {
            foreach ((int u, int v) in graph.Edges())
            {
                if (!_written.Contains((u, v)))
                    yield return (graph.IdOf(u), graph.IdOf(v));
            }
        }
    }
}
