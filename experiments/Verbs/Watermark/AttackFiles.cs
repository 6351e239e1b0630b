using System.Globalization;
using System.Text;
using ResearchKit.Data;
using ResearchKit.Graphs;
using ResearchKit.Numerics;
using ResearchKit.Storage;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>watermark attack</c> and <c>register</c> do, without a terminal.</summary>
/// <param name="standardInput">Opens the standard input, which a graph named <c>-</c> is read from.</param>
internal sealed class AttackFiles(Func<Stream> standardInput) : WatermarkFiles(standardInput)
{
    /// <summary>Attacks a graph and writes the result.</summary>
    public async Task<AttackReport> AttackAsync(
        string graphFile,
        NamedAttack attack,
        double amount,
        int seed,
        string outFile,
        bool force,
        CancellationToken cancellationToken
    )
    {
        KeyFile.RequireNew(outFile, force);
        GraphDocument document = await OpenAsync(graphFile, cancellationToken);
        Graph graph = document.Graph;
        RandomStream random = RandomStream.Named("watermark attack", attack.Name, seed.ToString(CultureInfo.InvariantCulture));
        AttackResult result = await Task.Run(
            () => attack.Create(graph.EdgeCount, amount).Apply(graph, random, cancellationToken),
            cancellationToken
        );
        // Without ids no node can be told to be one of the file: nothing of the file may go along.
        GraphDocument target = result.NewNumbers is null
            ? document
            : GraphDocument.Of(new LoadedGraph(result.Graph, new LoadReport { Source = graphFile }));
        await target.SaveAsync(result.Graph, outFile, cancellationToken);
        int added = result.Edits.Count(e => e.Kind == EditKind.Add);
        return new AttackReport(
            outFile,
            attack.Name,
            added,
            result.Edits.Count - added,
            result.DeletedNodes.Count,
            result.AddedNodes,
            result.NewNumbers is not null
        );
    }

    /// <summary>Matches nodes and writes the pairs of ids.</summary>
    public async Task<RegisterReport> RegisterAsync(
        string suspectFile,
        string originalFile,
        string outFile,
        bool force,
        CancellationToken cancellationToken
    )
    {
        KeyFile.RequireNew(outFile, force);
        Graph suspect = await LoadAsync(suspectFile, cancellationToken);
        Graph original = await LoadAsync(originalFile, cancellationToken);
        NodeMatching matching = await Task.Run(() => new NodeRegistration().Match(original, suspect, cancellationToken), cancellationToken);
        StringBuilder text = new();
        for (int node = 0; node < original.NodeCount; node++)
        {
            if (matching.Alignment.SecondOfFirst[node] is var other and >= 0)
            {
                text.Append(original.IdOf(node)).Append('\t').Append(suspect.IdOf(other)).Append('\n');
            }
        }
        await AtomicFile.WriteAsync(
            outFile,
            async (stream, token) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), token),
            cancellationToken
        );
        return new RegisterReport(outFile, original.NodeCount, suspect.NodeCount, matching.Seeds, matching.Matched);
    }
}
