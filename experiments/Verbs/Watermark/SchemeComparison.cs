using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ResearchKit.Graphs;
using ResearchKit.Numerics;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>watermark compare</c> does, without a terminal.</summary>
/// <param name="standardInput">Opens the standard input, which a graph named <c>-</c> is read from.</param>
internal sealed class SchemeComparison(Func<Stream> standardInput) : WatermarkFiles(standardInput)
{
    /// <summary>Marks a graph with every scheme, and looks for the mark after each attack.</summary>
    public async Task<CompareReport> RunAsync(
        string graphFile,
        int? budget,
        IReadOnlyList<double> flipsPercents,
        int seed,
        CancellationToken cancellationToken
    )
    {
        Graph graph = await LoadAsync(graphFile, cancellationToken);
        int flips = budget ?? Math.Max(1, graph.EdgeCount / 100);
        List<SchemeReport> reports = [];
        foreach (WatermarkScheme scheme in WatermarkSchemes.All)
        {
            reports.Add(await Task.Run(() => Run(scheme, graph, flips, flipsPercents, seed, cancellationToken), cancellationToken));
        }
        return new CompareReport(graph.NodeCount, graph.EdgeCount, flips, reports);
    }

    private static SchemeReport Run(
        WatermarkScheme scheme,
        Graph graph,
        int budget,
        IReadOnlyList<double> flipsPercents,
        int seed,
        CancellationToken cancellationToken
    )
    {
        string number = seed.ToString(CultureInfo.InvariantCulture);
        WatermarkOwner owner = scheme.For(graph, budget, Environment.ProcessorCount);
        object key;
        try
        {
            key = owner.GenerateKey(SHA256.HashData(Encoding.UTF8.GetBytes($"watermark compare {number}")));
        }
        catch (ArgumentException e)
        {
            // Not every scheme can mark every graph: its line says why, and the others are compared.
            return new SchemeReport(scheme.Name, 0, 0, 0, [], e.Message);
        }
        long start = Stopwatch.GetTimestamp();
        EmbedResult marked = owner.Embed(key, cancellationToken);
        double embed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        List<AttackOutcome> found = [];
        double detect = 0;
        foreach (double percent in flipsPercents)
        {
            string text = percent.ToString(CultureInfo.InvariantCulture);
            int count = (int)Math.Round(graph.EdgeCount * percent / 100);
            Look($"flips {text} %", RandomPairFlips.OfCount(count).Apply(marked.Graph, Stream("flips", text), cancellationToken).Graph);
        }
        Look("shuffled ids", new Relabelling().Apply(marked.Graph, Stream("shuffle", "ids"), cancellationToken).Graph);
        Look("no mark", graph);
        return new SchemeReport(scheme.Name, marked.Edits.Count, embed, detect / found.Count, found, null);

        RandomStream Stream(string what, string level) => RandomStream.Named("watermark compare", number, what, level);

        void Look(string attack, Graph suspect)
        {
            long begin = Stopwatch.GetTimestamp();
            DetectionOutcome outcome;
            try
            {
                outcome = owner.Detect(suspect, key, cancellationToken).Outcome;
            }
            catch (IdMismatchException)
            {
                // A scheme that needs ids cannot say more about a graph without them.
                outcome = DetectionOutcome.Absent;
            }
            detect += Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            found.Add(new AttackOutcome(attack, outcome));
        }
    }
}
