using ResearchKit.Graphs;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>
/// Reads and writes graphs as lists of edges. Text is read as SNAP publishes it: a pair of ids a line between blanks, tabs or a comma, then perhaps a weight
/// and a time (counted, not used); lines that begin with # or % and a bare URL on the first line are skipped; or as an adjacency list (<c>.adjlist</c>).
/// Tables are read by their extension: <c>.csv</c> and <c>.tsv</c> with or without a header, <c>.npy</c> of shape [E, 2], <c>.parquet</c> with two columns of ids.
/// Files compressed by gzip or zstd are recognised by their first bytes.
/// <para>
/// Whatever the file, the graph is simple and undirected: self loops are dropped, directions and repeated edges merged, and the ids that are left in an edge
/// are numbered 0..N-1 in ascending order (as numbers if they are integers, else by UTF-16 code units). <see cref="LoadReport"/> counts what was changed.
/// </para>
/// </summary>
public static class EdgeList
{
    /// <summary>Reads a graph from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The graph, with the ids of the file, and what was changed.</returns>
    /// <exception cref="MalformedFileException">A line is wrong (see the options); the message has file, line and text. Or compressed data are damaged.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<LoadedGraph> LoadAsync(
        string path,
        EdgeListOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        await using Stream stream = await CompressedFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(stream, path, options ?? EdgeListOptions.Default, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a graph from a stream, for example standard input. The stream stays open.</summary>
    /// <param name="stream">Text, perhaps compressed.</param>
    /// <param name="name">What to call the stream in errors; its extension chooses the format as that of a file does.</param>
    /// <param name="options">How to read it; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The graph, with the ids of the stream, and what was changed.</returns>
    /// <exception cref="MalformedFileException">A line is wrong, or compressed data are damaged.</exception>
    public static async Task<LoadedGraph> LoadAsync(
        Stream stream,
        string name = "standard input",
        EdgeListOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        await using Stream plain = await CompressedFile.DecompressAsync(stream, leaveOpen: true, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(plain, name, options ?? EdgeListOptions.Default, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes a graph to a file, a pair of external ids a line, in ascending order of nodes; under a temporary name first, so no half file is ever seen.
    /// Isolated nodes do not stand in an edge list. The extension .gz or .zst compresses.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="cancellationToken">Cancels the writing; the old file, if any, stays.</param>
    public static Task SaveAsync(Graph graph, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return AtomicFile.WriteAsync(
            path,
            async (file, token) =>
            {
                await using Stream stream = CompressedFile.CompressFor(path, file);
                await WriteAsync(graph, stream, token).ConfigureAwait(false);
            },
            cancellationToken
        );
    }

    /// <summary>Writes a graph to a stream, a pair of external ids a line, with a tab between.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stream">Takes UTF-8 text; stays open.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <exception cref="ArgumentException">An external id has blanks, a comma or a control character, or begins as a comment does: it could not be read back.</exception>
    public static async Task WriteAsync(Graph graph, Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(stream);
        CheckIds(graph);
        var buffer = new byte[1 << 16];
        int used = 0;
        for (int node = 0; node < graph.NodeCount; node++)
        {
            for (int next = graph.FirstLargerNeighbour(node); next < graph.Degree(node); next++)
            {
                int needed = graph.MaxEdgeBytes(node, graph.Neighbours(node)[next]);
                if (buffer.Length - used < needed)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
                    used = 0;
                    if (buffer.Length < needed)
                        buffer = new byte[needed];
                }

                used += graph.FormatEdge(node, graph.Neighbours(node)[next], (byte)'\t', buffer.AsSpan(used));
            }
        }

        await stream.WriteAsync(buffer.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<LoadedGraph> ReadAsync(
        Stream stream,
        string name,
        EdgeListOptions options,
        CancellationToken cancellationToken
    )
    {
        string extension = options.Format == EdgeListFormat.Auto ? Path.GetExtension(CompressedFile.WithoutCompression(name)) : "";
        switch (extension.ToUpperInvariant())
        {
            case ".CSV" or ".TSV":
                return await EdgeTables.ReadDelimitedAsync(stream, name, options, cancellationToken).ConfigureAwait(false);
            case ".NPY":
                return EdgeTables.ReadNpy(
                    NpyFile.Read(await InMemoryAsync(stream, name, cancellationToken).ConfigureAwait(false), name, cancellationToken),
                    name,
                    options,
                    cancellationToken
                );
            case ".PARQUET":
                Stream seekable = await InMemoryAsync(stream, name, cancellationToken).ConfigureAwait(false);
                return await EdgeTables.ReadParquetAsync(seekable, name, options, cancellationToken).ConfigureAwait(false);
            case ".ADJLIST":
                return await ReadTextAsync(stream, name, options, EdgeListFormat.AdjacencyList, cancellationToken).ConfigureAwait(false);
            default:
                EdgeListFormat format = options.Format == EdgeListFormat.Auto ? EdgeListFormat.Pairs : options.Format;
                return await ReadTextAsync(stream, name, options, format, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<LoadedGraph> ReadTextAsync(
        Stream stream,
        string name,
        EdgeListOptions options,
        EdgeListFormat format,
        CancellationToken cancellationToken
    )
    {
        var edges = new EdgeCollector(name, options.Strict) { IdsAreText = options.Ids == NodeIdKind.Text };
        var parser = new EdgeListParser(name, options, format, edges);
        await GuardedAsync(() => TextLines.ReadAsync(stream, name, parser.Line, cancellationToken), name).ConfigureAwait(false);
        parser.CheckHeader();
        return edges.Build(cancellationToken);
    }

    /// <summary>Formats with offsets need a stream that can seek, which a decompressed one or a pipe cannot.</summary>
    private static async Task<MemoryStream> InMemoryAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        var memory = new MemoryStream();
        await GuardedAsync(() => stream.CopyToAsync(memory, cancellationToken), name).ConfigureAwait(false);
        memory.Position = 0;
        return memory;
    }

    private static async Task GuardedAsync(Func<Task> read, string name)
    {
        try
        {
            await read().ConfigureAwait(false);
        }
        catch (Exception e) when (CompressedFile.IsDamage(e))
        {
            throw new MalformedFileException(name, "whole compressed data", e.Message, innerException: e);
        }
    }

    private static void CheckIds(Graph graph)
    {
        if (graph.ExternalIds is not { AreNumbers: false } ids)
            return;
        foreach (string id in ids)
        {
            if (id[0] is '#' or '%' || id.Any(static c => c is ' ' or '\t' or ',' || char.IsControl(c)))
                throw new ArgumentException(
                    $"The id '{id}' cannot stand in an edge list: blanks, commas, control characters, # or % at the start.",
                    nameof(graph)
                );
        }
    }
}
