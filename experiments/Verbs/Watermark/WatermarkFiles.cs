using ResearchKit.Data;
using ResearchKit.Graphs;

namespace ResearchKit.Papers.Verbs;

/// <summary>Graphs as files.</summary>
/// <param name="standardInput">Opens the standard input, which a graph named <c>-</c> is read from.</param>
internal abstract class WatermarkFiles(Func<Stream> standardInput)
{
    protected async Task<Graph> LoadAsync(string file, CancellationToken cancellationToken)
    {
        if (file != "-")
        {
            return (await EdgeList.LoadAsync(file, cancellationToken: cancellationToken)).Graph;
        }
        await using Stream stream = standardInput();
        return (await EdgeList.LoadAsync(stream, cancellationToken: cancellationToken)).Graph;
    }
}
