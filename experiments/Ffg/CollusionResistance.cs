using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Numerics;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>
/// Owners of differently marked copies mix them. With a key of his own for every user a random mixture still shows all of them, but a majority vote removes every mark;
/// fingerprints of a collusion-secure code name a colluder after either.
/// </summary>
[Experiment(
    "ffg/collusion",
    Paper = "arXiv:2502.04182",
    Shows = "Colluders named after mixing their copies: keys of their own, and fingerprints"
)]
public sealed class CollusionResistance : Experiment<CollusionResistance.Options, CollusionResistance.Cell, CollusionResistance.Row>
{
    internal const string OwnKeys = "a key each";
    internal const string Fingerprints = "fingerprints";
    private const string Facebook = "ego-facebook";
    private const string CodeAlone = "code alone";
    private static readonly OverSeeds Over = new("ffg/collusion");

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The graphs: generated ones, and real ones by their names in the data catalogue.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the graphs that copies with a key each are made of")]
        public IReadOnlyList<string> Graphs { get; init; } = ["ba"];

        /// <summary>c.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("how many collude")]
        public IReadOnlyList<int> Colluders { get; init; } = [2, 3, 5];

        /// <summary>M, the lengths of the fingerprints.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the positions of the fingerprints")]
        public IReadOnlyList<int> Positions { get; init; } = [441, 882];

        /// <summary>Runs of the fingerprint code a cell.</summary>
        [Range(1, 100_000)]
        [Description("runs of the fingerprint code a cell")]
        public int Runs { get; init; } = 100;

        /// <summary>Innocent users in each run.</summary>
        [Range(1, 100_000)]
        [Description("innocent users in each run of the code, and wrong keys on each mixed graph up to 20")]
        public int Innocents { get; init; } = 100;

        /// <summary>eps, the probability that a given innocent user is accused.</summary>
        [Range(1e-12, 0.5)]
        [Description("the probability that a given innocent user is accused")]
        public double FalseAccusation { get; init; } = 1e-6;
    }

    /// <summary>One way of colluding.</summary>
    /// <param name="System">A key each, or fingerprints.</param>
    /// <param name="Graph">The graph; for fingerprints the code is simulated alone.</param>
    /// <param name="Positions">M, or 0 for a key each.</param>
    /// <param name="Colluders">c.</param>
    /// <param name="Rule">How copies are mixed.</param>
    /// <param name="Seed">The seed of keys, words and choices.</param>
    public sealed record Cell(string System, string Graph, int Positions, int Colluders, CollusionRule Rule, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => HostGraphs.Needs(Graph);
    }

    /// <summary>What was measured.</summary>
    /// <param name="Score">The mean similarity, or code score, of the colluders.</param>
    /// <param name="LowestScore">The lowest of them; for fingerprints the mean over runs of the lowest.</param>
    /// <param name="PredictedScore">By the closed form.</param>
    /// <param name="NamedShare">The share of runs in which at least one colluder is named.</param>
    /// <param name="InnocentsTried">Innocent users, or wrong keys, tried in all.</param>
    /// <param name="InnocentsNamed">How many of them were named.</param>
    /// <param name="InnocentMaximum">The largest score of an innocent.</param>
    /// <param name="FlipsLeft">The pairs that differ from the original; for fingerprints the mean.</param>
    public sealed record Row(
        double Score,
        double LowestScore,
        double PredictedScore,
        double NamedShare,
        int InnocentsTried,
        int InnocentsNamed,
        double InnocentMaximum,
        double FlipsLeft
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick ? new Options { Positions = [882], Runs = 40 } : new Options { Graphs = ["ba", Facebook] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options)
    {
        foreach (int colluders in options.Colluders)
        {
            foreach (CollusionRule rule in Enum.GetValues<CollusionRule>())
            {
                foreach (int seed in options.Seeds)
                {
                    foreach (string graph in options.Graphs)
                    {
                        yield return new Cell(OwnKeys, graph, 0, colluders, rule, seed);
                    }
                    foreach (int positions in options.Positions)
                    {
                        yield return new Cell(Fingerprints, CodeAlone, positions, colluders, rule, seed);
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return cell.System == OwnKeys
            ? MixKeys(cell, await HostGraphs.GetAsync(cell.Graph, context, cancellationToken), context, cancellationToken)
            : MixWords(cell, context, cancellationToken);
    }

    private static Row MixKeys(Cell cell, Graph graph, CellContext<Options> context, CancellationToken cancellationToken)
    {
        int budget = Math.Max(1, graph.EdgeCount / 100);
        FfgWatermark ffg = new(new FfgOptions { Budget = budget }) { Threads = context.Threads };
        GraphInfo info = GraphInfo.Of(graph);
        FfgKey[] keys =
        [
            .. Enumerable.Range(0, cell.Colluders).Select(i => ffg.GenerateKey(info, HostGraphs.Secret(context, "colluder", $"{i}"))),
        ];
        FfgEmbedding[] copies = [.. keys.Select(key => ffg.Embed(graph, key, progress: null, cancellationToken))];
        Graph mixed = new Collusion(cell.Rule)
            .Mix(
                [.. copies.Select(c => c.Graph)],
                context.Random("mix", cell.Graph, $"{cell.Rule}", $"{cell.Colluders}"),
                cancellationToken
            )
            .Graph;
        FfgDetection[] found = [.. keys.Select(key => ffg.Detect(mixed, graph, key, cancellationToken))];
        int tried = Math.Min(20, context.Options.Innocents);
        double[] wrong =
        [
            .. Enumerable
                .Range(0, tried)
                .Select(i =>
                    ffg.Detect(
                        mixed,
                        graph,
                        ffg.GenerateKey(info, HostGraphs.Secret(context, "innocent", $"{i}")),
                        cancellationToken
                    ).Similarity
                ),
        ];
        return new Row(
            found.Average(f => f.Similarity),
            found.Min(f => f.Similarity),
            new WatermarkPlanner(graph.NodeCount, graph.EdgeCount) { Candidates = copies[0].Candidates }
                .Collusion(budget, cell.Colluders)
                .Similarity,
            found.Any(f => f.Present) ? 1 : 0,
            tried,
            wrong.Count(w => w > 6),
            wrong.Max(),
            found[0].Differences
        );
    }

    private static Row MixWords(Cell cell, CellContext<Options> context, CancellationToken cancellationToken)
    {
        Options options = context.Options;
        double threshold = TardosCode.Threshold(options.FalseAccusation);
        List<double> scores = [];
        (int named, int accused, long left) = (0, 0, 0);
        (double lowest, double innocent) = (0, double.NegativeInfinity);
        for (int run = 0; run < options.Runs; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The same words whatever the rule: rules are compared on the same colluders.
            RandomStream words = context.Random("words", $"{cell.Positions}", $"{cell.Colluders}", $"{run}");
            double[] biases = TardosCode.Biases(cell.Positions, cell.Colluders, words.NextDouble);
            bool[][] colluders = [.. Enumerable.Range(0, cell.Colluders).Select(_ => TardosCode.Word(biases, words.NextDouble))];
            bool?[] pirated = Mix(
                colluders,
                cell.Rule,
                context.Random("mix", $"{cell.Rule}", $"{cell.Positions}", $"{cell.Colluders}", $"{run}")
            );
            double[] mine = [.. colluders.Select(word => TardosCode.Score(biases, word, pirated))];
            scores.AddRange(mine);
            lowest += mine.Min() / options.Runs;
            named += mine.Any(s => s > threshold) ? 1 : 0;
            left += pirated.Count(p => p == true);
            for (int i = 0; i < options.Innocents; i++)
            {
                double score = TardosCode.Score(biases, TardosCode.Word(biases, words.NextDouble), pirated);
                accused += score > threshold ? 1 : 0;
                innocent = Math.Max(innocent, score);
            }
        }
        return new Row(
            scores.Average(),
            lowest,
            2 / Math.PI * Math.Sqrt(cell.Positions) / cell.Colluders,
            (double)named / options.Runs,
            options.Runs * options.Innocents,
            accused,
            innocent,
            (double)left / options.Runs
        );
    }

    // Flips are nearly all additions: the union of edges is the union of flips.
    private static bool?[] Mix(bool[][] words, CollusionRule rule, RandomStream random) =>
        [
            .. Enumerable
                .Range(0, words[0].Length)
                .Select(t =>
                {
                    int ones = words.Count(w => w[t]);
                    return (bool?)(
                        rule switch
                        {
                            _ when ones == 0 || ones == words.Length => ones > 0,
                            CollusionRule.Majority => 2 * ones == words.Length ? random.NextInt(2) == 1 : 2 * ones > words.Length,
                            CollusionRule.Union => true,
                            CollusionRule.Intersection => false,
                            _ => words[random.NextInt(words.Length)][t],
                        }
                    );
                }),
        ];

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        from system in new[] { OwnKeys, Fingerprints }
        let mine = rows.Where(r => r.Cell.System == system).ToArray()
        select new Figure
        {
            Id = system == OwnKeys ? "colluders-with-a-key-each" : "colluders-with-fingerprints",
            Title = system == OwnKeys ? "Similarity of colluders' keys after mixing" : "Code score of colluders after mixing",
            Caption =
                system == OwnKeys
                    ? "A majority vote of three or more removes every mark; 6 is the threshold."
                    : $"Mean over runs and colluders; {OverSeeds.Text(Math.Round(TardosCode.Threshold(1e-6), 2))} is the threshold at one false accusation in a million.",
            X = new Axis("Colluders"),
            Y = new Axis(system == OwnKeys ? "Similarity" : "Score"),
            Series =
            [
                .. mine.GroupBy(r => (r.Cell.Graph, r.Cell.Positions, r.Cell.Rule))
                    .Select(g => new Series(
                        system == OwnKeys
                            ? $"{HostGraphs.Title(g.Key.Graph)}, {Name(g.Key.Rule)}"
                            : $"M = {g.Key.Positions}, {Name(g.Key.Rule)}",
                        SeriesKind.Line,
                        [
                            .. g.GroupBy(r => r.Cell.Colluders)
                                .OrderBy(c => c.Key)
                                .Select(c => Over.Point(c.Key, c.OrderBy(r => r.Cell.Seed).Select(r => r.Row.Score))),
                        ]
                    )),
            ],
            Width = FigureWidth.Wide,
            Provenance = new Provenance(HostGraphs.OriginOf(mine.Select(r => r.Cell.Graph))),
        };

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string graph in new[] { "ba", Facebook })
        {
            yield return HostGraphs.OnItsData(OnKeys(rows, graph), graph);
        }
        yield return Claim
            .AllOf(
                "fingerprints-name",
                "With fingerprints of 882 positions at least one of three colluders is named after every way of mixing, and no innocent user",
                [
                    .. Enum.GetValues<CollusionRule>()
                        .Select(rule =>
                            Value(
                                    $"named-{Name(rule)}",
                                    $"{Name(rule)}: share of runs in which a colluder is named",
                                    Words(rows, 3, rule),
                                    r => r.NamedShare
                                )
                                .Accept(atLeast: 0.97)
                        ),
                    Value(
                            "innocents-named",
                            "innocent users named, all rows of 882 positions, a seed",
                            rows.Where(r => r.Cell is { System: Fingerprints, Positions: 882 }),
                            r => r.InnocentsNamed,
                            g => g.Sum()
                        )
                        .Accept(atMost: 0.5),
                ]
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because($"a symmetric Tardos code (Škorić et al. 2008) at one false accusation in a million; {HostGraphs.OwnAnalysis}");
        yield return Claim
            .AllOf(
                "fingerprints-score",
                "The mean score of three colluders of 882 positions is as simulated for the analysis (6.5), whatever the rule",
                [
                    .. Enum.GetValues<CollusionRule>()
                        .Select(rule =>
                            Value($"score-{Name(rule)}", $"{Name(rule)}: mean score of the colluders", Words(rows, 3, rule), r => r.Score)
                                .Accept(6.2, 6.8)
                        ),
                ]
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because($"(2/pi) sqrt(M)/c is 6.3 without the cut of the biases; {HostGraphs.OwnAnalysis}");
    }

    private static Claim OnKeys(IReadOnlyList<Measured<Cell, Row>> rows, string graph)
    {
        IEnumerable<Measured<Cell, Row>> Of(int colluders, CollusionRule rule) =>
            rows.Where(r => r.Cell.System == OwnKeys && r.Cell.Graph == graph && r.Cell.Colluders == colluders && r.Cell.Rule == rule);
        return Claim
            .AllOf(
                $"keys-{graph}",
                $"On {HostGraphs.Title(graph)} with a key each a random mixture of copies is worth what the closed form says, and a majority of three leaves next to nothing",
                [
                    .. new[] { 2, 3, 5 }.Select(c =>
                        Value(
                                $"random-{graph}-{c}",
                                $"{c} colluders at random: similarity over the predicted one",
                                Of(c, CollusionRule.Random),
                                r => r.Score / r.PredictedScore
                            )
                            .Accept(0.85, 1.15)
                    ),
                    Value(
                            $"majority-{graph}",
                            "majority of three: pairs that still differ from the original",
                            Of(3, CollusionRule.Majority),
                            r => r.FlipsLeft
                        )
                        .Accept(atMost: graph == Facebook ? 9 : 3),
                    Value(
                            $"innocent-{graph}",
                            "the largest similarity of a key that took no part",
                            rows.Where(r => r.Cell.System == OwnKeys && r.Cell.Graph == graph),
                            r => r.InnocentMaximum,
                            g => g.Max()
                        )
                        .Accept(atMost: 5),
                ]
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because($"each flip is in one copy alone and a vote of three removes it; {HostGraphs.OwnAnalysis}");
    }

    private static Claim Value(
        string id,
        string text,
        IEnumerable<Measured<Cell, Row>> rows,
        Func<Row, double> value,
        Func<IEnumerable<double>, double>? ofSeed = null
    ) =>
        Claim
            .Value(id, text)
            .Measured(
                Over.Mean(
                    id,
                    rows.GroupBy(r => r.Cell.Seed, r => value(r.Row))
                        .OrderBy(g => g.Key)
                        .Select(g => ofSeed is null ? g.Average() : ofSeed(g))
                )
            );

    private static IEnumerable<Measured<Cell, Row>> Words(IReadOnlyList<Measured<Cell, Row>> rows, int colluders, CollusionRule rule) =>
        rows.Where(r => r.Cell.System == Fingerprints && r.Cell.Positions == 882 && r.Cell.Colluders == colluders && r.Cell.Rule == rule);

    private static string Name(CollusionRule rule) => rule.ToString().ToLowerInvariant();
}
