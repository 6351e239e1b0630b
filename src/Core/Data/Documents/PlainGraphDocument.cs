using ResearchKit.Graphs;

namespace ResearchKit.Data;

/// <summary>A graph alone.</summary>
internal sealed class PlainGraphDocument(LoadedGraph loaded) : GraphDocument(loaded)
{
    private protected override bool Keeps(string format) => false;

    private protected override Task SaveWithAttributesAsync(Graph changed, string path, CancellationToken cancellationToken) =>
        EdgeList.SaveAsync(changed, path, cancellationToken);
}
