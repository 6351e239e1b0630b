using System.Globalization;
using ResearchKit.Audit;
using ResearchKit.Data;
using ResearchKit.Numerics;
using ResearchKit.Papers.Audit;
using ResearchKit.Storage;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>audit</c> does, without a terminal: files in, reports out.</summary>
/// <param name="standardInput">Opens the standard input, which a table named <c>-</c> is read from.</param>
internal sealed class AuditCommands(Func<Stream> standardInput)
{
    /// <summary>Says what an audit will be worth.</summary>
    public static AuditPlanReport Plan(
        long? queries,
        double honestError,
        double falseAlarm,
        double power,
        double share,
        double? labelParity,
        double? hidden,
        double? flipCost
    )
    {
        AuditPlanner planner = new()
        {
            HonestError = honestError,
            FalseAlarm = falseAlarm,
            SmallerShare = share,
            FlipCost = flipCost,
        };
        long? wanted = hidden is { } h ? planner.QueriesFor(h, power) : null;
        long n = queries ?? wanted ?? 1000;
        long reject = planner.RejectFrom(n);
        double tau = Math.Min(1, (double)reject / n);
        double? omniscient = null;
        double? useless = null;
        double? detection = null;
        if (labelParity is { } parity && n >= 2 && n <= int.MaxValue)
        {
            int n1 = Math.Clamp((int)Math.Round(share * n), 1, (int)n - 1);
            int n0 = (int)n - n1;
            // Labels of that parity, half of all positive; the honest answers as fair as the labels.
            int positives1 = (int)Math.Round(Math.Clamp(0.5 - (parity * n0 / n), 0, 1) * n1);
            int positives0 = (int)Math.Round(Math.Clamp(((double)positives1 / n1) + parity, 0, 1) * n0);
            GroupMargins labels = new(n0, positives0, n1, positives1);
            omniscient = ExactBounds.OmniscientConcealable(labels, labels, tau);
            useless = ExactBounds.SmallestUselessTau(labels, 1.0 / n);
            detection = AuditTheory.DetectionProbability((int)n, AuditTheory.DeltaOverRadius(parity, share, tau));
        }
        return new AuditPlanReport(
            n,
            honestError,
            falseAlarm,
            share,
            reject,
            tau,
            1 - planner.Power(n, honestError),
            [.. new[] { 0.01, 0.03, 0.05 }.Select(more => new AuditPowerLine(more, planner.Power(n, Math.Min(1, honestError + more))))],
            power,
            planner.Concealable(n, power),
            omniscient,
            labelParity,
            useless,
            detection,
            hidden,
            wanted
        );
    }

    /// <summary>Audits a table.</summary>
    public async Task<AuditEvidence> RunAsync(string file, TableAuditOptions options, CancellationToken cancellationToken)
    {
        if (file == "-")
        {
            await using Stream stream = standardInput();
            return Evidence(await TableAudit.RunAsync(stream, "standard input", options, cancellationToken), "standard input", null, null);
        }
        TableAuditResult result = await TableAudit.RunAsync(file, options, cancellationToken);
        return Evidence(result, file, await Checksum.Sha256OfFileAsync(file, cancellationToken), null);
    }

    /// <summary>Audits a live model.</summary>
    public static async Task<AuditEvidence> AskAsync(
        string file,
        Uri endpoint,
        string ledger,
        EndpointAuditOptions options,
        TimeSpan timeout,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        using HttpClient http = new() { Timeout = timeout };
        EndpointAuditResult result = await EndpointAudit.RunAsync(
            new HttpBlackBox(http, endpoint),
            endpoint.ToString(),
            file,
            ledger,
            options,
            progress,
            cancellationToken
        );
        return Evidence(
            result.Findings,
            file,
            await Checksum.Sha256OfFileAsync(file, cancellationToken),
            new AuditQueriesReport(endpoint.ToString(), options.Budget, result.Asked, result.AskedNow, result.Unanswered, ledger)
        );
    }

    /// <summary>Plays the manipulations against an auditor.</summary>
    public static async Task<AuditSimulationReport> SimulateAsync(
        string? file,
        string? label,
        string? score,
        string? group,
        string? protectedValue,
        string model,
        int budget,
        double? tau,
        double falseAlarm,
        int seeds,
        CancellationToken cancellationToken
    )
    {
        (ScoredPool pool, string source) = file is null
            ? (await GeneratedAsync(model, cancellationToken), $"generated people, {model}")
            : (await ReadAsync(file, label!, score!, group!, protectedValue!, cancellationToken), file);
        double honestError = Error(pool);
        double threshold = tau ?? Math.Min(1, (double)AuditTheory.BinomialThreshold(budget, honestError, falseAlarm) / budget);
        List<List<AuditRecord>[]> sets = [];
        double? omniscient = null;
        for (int seed = 1; seed <= seeds; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RandomStream streams = RandomStream.Named("audit", "simulate", seed.ToString(CultureInfo.InvariantCulture));
            AuditGame game = AuditGame.Draw(pool, budget, streams.Split("audit set"));
            GroupMargins labels = GroupMargins.Of(game.Audit.Labels.Span, game.Audit.Group.Span);
            GroupMargins honest = GroupMargins.Of(HonestAnswers.Of(game.Audit.Scores.Span), game.Audit.Group.Span);
            double? bound = ExactBounds.OmniscientConcealable(honest, labels, threshold);
            omniscient = bound is null ? omniscient : Math.Max(omniscient ?? 0, bound.Value);
            sets.Add([
                .. ManipulationFamilies.All.Select(f =>
                    f.Grid.Select((s, i) => game.Play(s, streams.Split("inference", f.Name, i.ToString(CultureInfo.InvariantCulture))))
                        .ToList()
                ),
            ]);
        }
        return new AuditSimulationReport(
            source,
            budget,
            seeds,
            threshold,
            sets.Average(s => s[0][0].HonestError),
            sets.Average(s => s[0][0].HonestDemographicParity),
            sets.Average(s => s[0][0].HonestError < threshold ? 1.0 : 0.0),
            omniscient,
            [.. ManipulationFamilies.All.Select((f, k) => Line(f.Name, [.. sets.Select(s => s[k])], threshold))]
        );
    }

    private static AuditSimulationLine Line(string name, IReadOnlyList<IReadOnlyList<AuditRecord>> sets, double tau)
    {
        Concealable concealable = Concealable.Of(sets, tau);
        AuditRecord[] strongest = [.. sets.Select(s => s.MaxBy(r => r.Hidden)!)];
        return new AuditSimulationLine(
            name,
            concealable.Value,
            concealable.StandardError,
            concealable.SeedsPassing,
            strongest.Average(r => r.Hidden),
            strongest.Average(r => r.Error),
            strongest.Average(r => r.Hamming),
            strongest.Average(r => r.Error >= tau ? 1.0 : 0.0)
        );
    }

    private static async Task<ScoredPool> GeneratedAsync(string model, CancellationToken cancellationToken)
    {
        RandomStream streams = RandomStream.Named("audit", "simulate", "people");
        AuditPopulation people = AcsEmploymentSynth.Draw(56_000, streams.Split("people"));
        AuditSplit split = AuditSplit.Of(people, 10_000, streams.Split("data split"), streams.Split("train test split"));
        return await Task.Run(
            () =>
            {
                using IScorer scorer = AuditDatasets.Model(model).Train(people, split.Train, streams.Split("model"), cancellationToken);
                AuditPopulation pool = people.Subset(split.Pool);
                return new ScoredPool(scorer.Score(people, split.Pool), pool.Labels.ToArray(), pool.Group.ToArray());
            },
            cancellationToken
        );
    }

    private static async Task<ScoredPool> ReadAsync(
        string file,
        string label,
        string score,
        string group,
        string protectedValue,
        CancellationToken cancellationToken
    )
    {
        List<double> scores = [];
        List<byte> labels = [];
        List<byte> groups = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(file, null, cancellationToken))
        {
            double p = record.Number<double>(score);
            double y = record.Number<double>(label);
            scores.Add(
                p is >= 0 and <= 1
                    ? p
                    : throw new MalformedFileException(file, $"a score in [0, 1] in column '{score}'", record[score], record.Line)
            );
            labels.Add(
                y is 0 or 1 ? (byte)y : throw new MalformedFileException(file, $"0 or 1 in column '{label}'", record[label], record.Line)
            );
            groups.Add(record[group] == protectedValue ? (byte)1 : (byte)0);
        }
        return scores.Count == 0
            ? throw new MalformedFileException(file, "at least one record", "none", line: 1)
            : new ScoredPool([.. scores], [.. labels], [.. groups]);
    }

    private static double Error(ScoredPool pool)
    {
        int errors = 0;
        byte[] honest = HonestAnswers.Of(pool.Scores.Span);
        for (int i = 0; i < honest.Length; i++)
        {
            errors += honest[i] ^ pool.Labels.Span[i];
        }
        return (double)errors / honest.Length;
    }

    private static AuditEvidence Evidence(TableAuditResult result, string source, string? sha256, AuditQueriesReport? queries) =>
        new(
            result.Verdict,
            result.IsCertain,
            source,
            sha256,
            result.Rows,
            result.Dropped,
            result.Error,
            result.Tau,
            result.Epsilon,
            result.Widest,
            [.. result.Attributes.Select(a => new AuditedAttributeReport(a.Attribute, a.IsIntersection, [.. Metrics(a.Table)]))],
            queries
        );

    private static IEnumerable<AuditMetricReport> Metrics(GroupTable table)
    {
        foreach (FairnessMetric metric in FairnessMetrics.All.Where(m => table.HasLabels || !m.NeedsLabels))
        {
            MetricByGroup by = table.Metric(metric);
            GroupSpread spread = by.Spread();
            yield return new AuditMetricReport(
                metric.Name,
                Known(by.Overall),
                Known(spread.Difference),
                Known(spread.Ratio),
                spread.RestsOnSmallGroup,
                [
                    .. by.Groups.Select(g => new AuditGroupReport(
                        g.Group,
                        g.Rows,
                        Known(g.Value),
                        g.Interval?.Low,
                        g.Interval?.High,
                        g.IsSmall
                    )),
                ]
            );
        }
    }

    private static double? Known(double value) => double.IsFinite(value) ? value : null;
}
