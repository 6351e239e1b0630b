using System.Security.Cryptography;
using ResearchKit.Data;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>watermark</c> does, without a terminal: files in, files and a report out.</summary>
/// <param name="standardInput">Opens the standard input, which a graph named <c>-</c> is read from.</param>
internal sealed class WatermarkCommands(Func<Stream> standardInput) : WatermarkFiles(standardInput)
{
    /// <summary>Makes a key for a graph and writes it.</summary>
    public async Task<KeygenReport> KeygenAsync(
        string graphFile,
        string keyFile,
        FfgOptions options,
        string? secretFile,
        bool force,
        CancellationToken cancellationToken
    )
    {
        KeyFile.RequireNew(keyFile, force);
        FfgWatermark ffg = new(options);
        Graph graph = await LoadAsync(graphFile, cancellationToken);
        byte[] secret = secretFile is null
            ? RandomNumberGenerator.GetBytes(FfgKey.SecretBytes)
            : await KeyFile.ReadSecretAsync(secretFile, cancellationToken);
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), secret);
        CryptographicOperations.ZeroMemory(secret);
        await KeyFile.WriteAsync(keyFile, key, force, cancellationToken);
        return new KeygenReport(
            keyFile,
            ffg.Name,
            graph.NodeCount,
            graph.EdgeCount,
            key.Scheme.Length,
            key.Scheme.Budget,
            key.Graph.Sha256!,
            key.Commitment()
        );
    }

    /// <summary>Says what a mark will be worth.</summary>
    public async Task<PlanReport> PlanAsync(
        string? graphFile,
        int? nodes,
        long? edges,
        int length,
        long? budget,
        double? wanted,
        double threshold,
        long? sampledNonEdges,
        CancellationToken cancellationToken
    )
    {
        if (graphFile is not null)
        {
            Graph graph = await LoadAsync(graphFile, cancellationToken);
            (nodes, edges) = (graph.NodeCount, graph.EdgeCount);
        }
        WatermarkPlanner planner = new(nodes!.Value, edges!.Value)
        {
            Length = length,
            Threshold = threshold,
            Candidates = edges + sampledNonEdges,
        };
        long flips = wanted is { } similarity ? planner.BudgetFor(similarity) : budget ?? Math.Max(1, planner.Edges / 100);
        List<PlanLine> lines = [Line("no attack", planner.NoAttack(flips))];
        foreach (int percent in new[] { 5, 50, 100, 200 })
        {
            lines.Add(Line($"random flips of {percent} % of the edges", planner.RandomFlips(flips, planner.Edges * percent / 100.0)));
        }
        foreach (int percent in new[] { 10, 30, 50 })
        {
            lines.Add(Line($"{percent} % of the edges deleted", planner.EdgeDeletion(flips, percent / 100.0)));
        }
        foreach (int percent in new[] { 10, 30, 50 })
        {
            lines.Add(Line($"{percent} % of the nodes deleted", planner.NodeDeletion(flips, percent / 100.0)));
        }
        foreach (int colluders in new[] { 2, 3, 5 })
        {
            lines.Add(Line($"{colluders} marked copies mixed", planner.Collusion(flips, colluders)));
        }
        return new PlanReport(
            planner.Nodes,
            planner.Edges,
            length,
            flips,
            threshold,
            lines,
            planner.BlindScore(flips),
            planner.FlipsToDefeat(flips)
        );
    }

    /// <summary>Marks a graph and writes it.</summary>
    public async Task<EmbedReport> EmbedAsync(
        string graphFile,
        string keyFile,
        string outFile,
        double? maxDistortion,
        bool force,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        KeyFile.RequireNew(outFile, force);
        FfgKey key = await KeyFile.ReadAsync(keyFile, cancellationToken);
        GraphDocument document = await OpenAsync(graphFile, cancellationToken);
        Graph graph = document.Graph;
        FfgWatermark ffg = new(new FfgOptions { MaxDistortion = maxDistortion });
        FfgEmbedding result = await Task.Run(() => ffg.Embed(graph, key, progress, cancellationToken), cancellationToken);
        if (result.Warning == EmbedWarning.NoEffect)
        {
            return Report(result, null);
        }
        await document.SaveAsync(result.Graph, outFile, cancellationToken);
        return Report(result, outFile);
    }

    /// <summary>Looks for a mark.</summary>
    public async Task<DetectReport> DetectAsync(
        string suspectFile,
        string keyFile,
        string? originalFile,
        double threshold,
        int candidateKeys,
        bool register,
        string? commitment,
        CancellationToken cancellationToken
    )
    {
        FfgKey key = await KeyFile.ReadAsync(keyFile, cancellationToken);
        if (commitment is not null)
        {
            key.RequireCommitment(commitment);
        }
        Graph suspect = await LoadAsync(suspectFile, cancellationToken);
        Graph? original = originalFile is null ? null : await LoadAsync(originalFile, cancellationToken);
        FfgWatermark ffg = new(new FfgOptions { Threshold = threshold });
        FfgDetection result = await Task.Run(
            () =>
                register
                    ? ffg.DetectRegistered(suspect, original!, key, registration: null, cancellationToken)
                    : ffg.Detect(suspect, original, key, cancellationToken),
            cancellationToken
        );
        return new DetectReport(
            result.Present ? Presence.Present : Presence.Absent,
            result.Similarity,
            threshold,
            result.PValue,
            candidateKeys,
            result.PValueAmong(candidateKeys),
            result.L2Distance,
            result.DistanceThreshold,
            result.Differences,
            result.Blind,
            result.Ids,
            result.Registration is { } matching ? new RegistrationReport(matching.Seeds, matching.Matched) : null
        );
    }

    private static PlanLine Line(string attack, WatermarkPlan plan) => new(attack, plan.Similarity, plan.DetectionProbability);

    private static EmbedReport Report(FfgEmbedding result, string? file)
    {
        int isolated = 0;
        for (int node = 0; node < result.Graph.NodeCount; node++)
        {
            isolated += result.Graph.Degree(node) == 0 ? 1 : 0;
        }
        return new EmbedReport(
            file,
            result.Added,
            result.Removed,
            result.Candidates,
            result.EffectiveTau,
            result.PredictedSimilarity,
            isolated,
            result.Warning
        );
    }
}
