#!/usr/bin/env dotnet
#:package ResearchKit.Papers@0.1.0
#:property PublishAot=false

// A watermark of one's own beside those of the paper: it adds secret pairs as edges, and later counts how many are there.
using ResearchKit.Cli;
using ResearchKit.Graphs;
using ResearchKit.Numerics;
using ResearchKit.Papers;
using ResearchKit.Watermark;

WatermarkScheme stamp = WatermarkScheme.Of("Stamp", (_, budget, _) => new Stamp(budget));
return await ResearchKitApp.CreateBuilder(args).UseName("own-scheme.cs").AddPapers().AddSystem(stamp).Build().RunAsync();

public sealed class Stamp(int pairs) : IGraphWatermark<(int U, int V)[]>
{
    public string Name => "Stamp";

    public (int U, int V)[] GenerateKey(Graph original, ReadOnlySpan<byte> secret)
    {
        RandomStream stream = RandomStream.Named("stamp", Convert.ToHexString(secret));
        int[] nodes = stream.Permutation(original.NodeCount);
        return
        [
            .. Enumerable
                .Range(0, Math.Min(pairs, nodes.Length / 2))
                .Select(i => (Math.Min(nodes[2 * i], nodes[2 * i + 1]), Math.Max(nodes[2 * i], nodes[2 * i + 1])))
                .Where(pair => !original.HasEdge(pair.Item1, pair.Item2)),
        ];
    }

    public EmbedResult Embed(Graph original, (int U, int V)[] key, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        EdgeEdit[] edits = [.. key.Order().Select(pair => new EdgeEdit(pair.U, pair.V, EditKind.Add))];
        return new EmbedResult(original.ApplyEdits(edits), edits, EmbedWarning.None);
    }

    public DetectionResult Detect(Graph suspect, Graph? original, (int U, int V)[] key, CancellationToken cancellationToken)
    {
        double share = key.Count(pair => suspect.HasEdge(pair.U, pair.V)) / (double)key.Length;
        return new DetectionResult(share > 0.5 ? DetectionOutcome.Present : DetectionOutcome.Absent, share, share > 0.5 ? 0 : 1);
    }
}
