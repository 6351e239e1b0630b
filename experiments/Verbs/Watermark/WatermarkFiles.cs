using ResearchKit.Data;
using ResearchKit.Graphs;

namespace ResearchKit.Papers.Verbs;

/// <summary>Graphs as files.</summary>
/// <param name="standardInput">Opens the standard input, which a graph named <c>-</c> is read from.</param>
internal abstract class WatermarkFiles(Func<Stream> standardInput)
{
    /// <summary>A graph with what its file says beyond it, which a changed graph is written back into.</summary>
    protected async Task<GraphDocument> OpenAsync(string file, CancellationToken cancellationToken)
    {
        if (file != "-")
        {
            return await GraphDocument.OpenAsync(file, cancellationToken);
        }
        await using Stream stream = standardInput();
        return GraphDocument.Of(await EdgeList.LoadAsync(stream, cancellationToken: cancellationToken));
    }

    protected async Task<Graph> LoadAsync(string file, CancellationToken cancellationToken) =>
        (await OpenAsync(file, cancellationToken)).Graph;
}
