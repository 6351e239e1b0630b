using ResearchKit.Graphs;
using ResearchKit.Storage;

namespace ResearchKit.Watermark.Tests.Spectral;

/// <summary>Every row of the table of bad input: the type, and what the message names.</summary>
public class FfgBadInputTests
{
    private static readonly Graph Host = TestGraphs.ErdosRenyi(60, 0.15, "bad input");
    private static readonly byte[] Secret = TestGraphs.Secret("bad input");

    [Test]
    public void Too_few_nodes_or_no_edges()
    {
        FfgWatermark ffg = new(new FfgOptions { Length = 1, Mode = FfgMode.PaperThreshold });
        Assert.That(() => ffg.GenerateKey(new GraphInfo(2, 1), Secret), Throws.ArgumentException.With.Message.Contains("N = 2"));
        Assert.That(() => ffg.GenerateKey(new GraphInfo(5, 0), Secret), Throws.ArgumentException.With.Message.Contains("E = 0"));
        Assert.That(() => ffg.GenerateKey(new GraphInfo(5, 11), Secret), Throws.ArgumentException.With.Message.Contains("at most 10"));
    }

    [Test]
    public void More_carriers_than_orbits()
    {
        FfgWatermark ffg = new(new FfgOptions { Length = 31 });
        Assert.That(
            () => ffg.GenerateKey(new GraphInfo(10, 5), Secret),
            Throws.ArgumentException.With.Message.Contains("31").And.Message.Contains("at most 30")
        );
        Assert.That(() => new FfgWatermark(new FfgOptions { Length = 30 }).GenerateKey(new GraphInfo(10, 5), Secret), Throws.Nothing);
    }

    [Test]
    public void A_strength_too_small_has_no_effect_and_says_so()
    {
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Mode = FfgMode.PaperThreshold,
                Length = 20,
                Sigma = 1,
            }
        );
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(Host), Secret);
        FfgEmbedding result = ffg.Embed(Host, key);
        Assert.That(result.Edits, Is.Empty);
        Assert.That(result.Warning, Is.EqualTo(EmbedWarning.NoEffect));
        Assert.That(result.Graph.HasSameEdges(Host));
        Assert.That(result.PredictedSimilarity, Is.Zero);
        Assert.That(ffg.Detect(result.Graph, Host, key).Present, Is.False);
        FfgWatermark nothing = new(new FfgOptions { Length = 20, Budget = 0 });
        Assert.That(nothing.Embed(Host, nothing.GenerateKey(GraphInfo.Of(Host), Secret)).Warning, Is.EqualTo(EmbedWarning.NoEffect));
    }

    [Test]
    public void Too_much_distortion()
    {
        DistortionExceededException half = Assert.Throws<DistortionExceededException>(() =>
            Mark(new FfgOptions { Length = 20, Budget = 886 })
        )!;
        Assert.That((half.Flips, half.Limit, half.Code), Is.EqualTo((886L, 885L, "RK6501")));
        Assert.That(half.Message, Does.Contain("886").And.Contain("885"));
        DistortionExceededException share = Assert.Throws<DistortionExceededException>(() =>
            Mark(
                new FfgOptions
                {
                    Length = 20,
                    Budget = 30,
                    MaxDistortion = 0.05,
                }
            )
        )!;
        Assert.That(share.Limit, Is.EqualTo((long)(0.05 * Host.EdgeCount)));
        Assert.That(share.Message, Does.Contain("MaxDistortion 0.05"));
        DistortionExceededException predicted = Assert.Throws<DistortionExceededException>(() =>
            Mark(
                new FfgOptions
                {
                    Length = 20,
                    Mode = FfgMode.PaperThreshold,
                    FlipRate = 0.2,
                    MaxDistortion = 0.5,
                }
            )
        )!;
        Assert.That(predicted.Flips, Is.EqualTo(354), "0.2 of 1770 pairs, predicted before anything is done");
        Assert.That(
            () =>
                Mark(
                    new FfgOptions
                    {
                        Length = 20,
                        Budget = 10,
                        MaxDistortion = 0.1,
                    }
                ),
            Throws.Nothing
        );
    }

    [Test]
    public void A_budget_beyond_the_admissible_pairs()
    {
        Assert.That(
            () => Mark(new FfgOptions { Length = 20, Budget = 1771 }),
            Throws.ArgumentException.With.Message.Contains("1771").And.Message.Contains("1770")
        );
        // Edges whose field is negative can be removed with gain: about half of them.
        ArgumentException removals = Assert.Throws<ArgumentException>(() =>
            Mark(
                new FfgOptions
                {
                    Length = 20,
                    Budget = Host.EdgeCount,
                    Selection = FlipSelection.RemovalsOnly,
                }
            )
        )!;
        int most = int.Parse(
            System.Text.RegularExpressions.Regex.Match(removals.Message, @"only (\d+)").Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture
        );
        Assert.That(most, Is.InRange(1, Host.EdgeCount - 1));
        Assert.That(
            Mark(
                new FfgOptions
                {
                    Length = 20,
                    Budget = most,
                    Selection = FlipSelection.RemovalsOnly,
                }
            ).Removed,
            Is.EqualTo(most),
            "the maximum it names works"
        );
        Assert.That(
            () =>
                Mark(
                    new FfgOptions
                    {
                        Length = 20,
                        Budget = 5,
                        Protected = (_, _) => true,
                    }
                ),
            Throws.ArgumentException.With.Message.Contains("only 0")
        );
    }

    [Test]
    public void A_suspect_of_another_size_is_aligned_by_number()
    {
        FfgWatermark ffg = new(new FfgOptions { Length = 50, Budget = 40 });
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(Host), Secret);
        Graph marked = ffg.Embed(Host, key).Graph;
        FfgDetection larger = ffg.Detect(Graph.FromEdges(70, [.. marked.Edges(), (60, 61)]), Host, key);
        Assert.That(larger.Ids, Is.EqualTo(new IdReport(60, 0, 10)));
        Assert.That(larger.Similarity, Is.EqualTo(ffg.Detect(marked, Host, key).Similarity));
        FfgDetection smaller = ffg.Detect(marked.InducedSubgraph([.. Enumerable.Range(0, 40)]), Host, key);
        Assert.That(smaller.Ids, Is.EqualTo(new IdReport(40, 20, 0)));
        Assert.That(
            () => ffg.Detect(marked.InducedSubgraph([.. Enumerable.Range(0, 40)]), null, key),
            Throws.TypeOf<KeyMismatchException>().With.Message.Contains("60").And.Message.Contains("40")
        );
    }

    [Test]
    public void A_key_of_another_graph()
    {
        FfgWatermark ffg = new(new FfgOptions { Length = 50, Budget = 10 });
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(Host), Secret);
        Graph changed = RandomPairFlips.OfCount(1).Apply(Host, TestGraphs.Stream("one flip")).Graph;
        Graph moved = Host.Relabel([.. Enumerable.Range(0, 60).Select(i => (i + 1) % 60)]);
        Graph smaller = TestGraphs.ErdosRenyi(59, 0.1, "smaller");
        Assert.That(
            () => ffg.Embed(smaller, key),
            Throws.TypeOf<KeyMismatchException>().With.Message.Contains("is 60 in the key, 59 here")
        );
        Assert.That(() => ffg.Embed(changed, key), Throws.TypeOf<KeyMismatchException>().With.Message.Contains("number of edges"));
        KeyMismatchException other = Assert.Throws<KeyMismatchException>(() => ffg.Detect(Host, moved, key))!;
        Assert.That((other.OfKey, other.Found), Is.EqualTo((Host.EdgeListSha256(), moved.EdgeListSha256())));
        FfgKey sizeOnly = ffg.GenerateKey(new GraphInfo(60, Host.EdgeCount), Secret);
        Assert.That(() => ffg.Embed(moved, sizeOnly), Throws.Nothing, "a key without a checksum fits every graph of its size");
    }

    [Test]
    public void Not_enough_memory_for_a_dense_transform()
    {
        foreach (
            FfgOptions options in new[]
            {
                new FfgOptions
                {
                    Length = 20,
                    Budget = 5,
                    Candidates = CandidateRule.Dense,
                },
                new FfgOptions { Length = 20, Mode = FfgMode.PaperThreshold },
            }
        )
        {
            ResearchKitException error = Assert.Throws<ResearchKitException>(() =>
                Mark(options with { MemoryLimit = new ByteSize(57_599) })
            )!;
            Assert.That(error.Message, Does.Contain("57600").And.Contain("57599"), "16 x 60 x 60");
            Assert.That(error.Remedy, Does.Contain("Sampled"));
            Assert.That(error.Code, Is.EqualTo("RK6504"));
            Assert.That(() => Mark(options with { MemoryLimit = new ByteSize(57_600) }), Throws.Nothing);
        }
        Assert.That(
            () =>
                Mark(
                    new FfgOptions
                    {
                        Length = 20,
                        Budget = 5,
                        MemoryLimit = new ByteSize(1),
                    }
                ),
            Throws.Nothing,
            "the sparse mode needs none"
        );
    }

    [Test]
    public void Cancellation_leaves_no_result([Values] CandidateRule candidates)
    {
        Graph graph = RandomGraphs.BarabasiAlbert(1500, 3, TestGraphs.Stream("cancelled"));
        using CancellationTokenSource source = new();
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Length = 50,
                Budget = 10,
                Candidates = candidates,
            }
        );
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), Secret);
        // Cancelled from within, at the first report of progress.
        Immediate cancel = new(_ => source.Cancel());
        Assert.That(() => ffg.Embed(graph, key, cancel, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => ffg.Embed(graph, key, null, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => ffg.Detect(graph, graph, key, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(graph.EdgeListSha256(), Is.EqualTo(key.Graph.Sha256), "the input is untouched");
    }

    [Test]
    public void Blind_detection_where_the_host_is_no_noise()
    {
        FfgWatermark ffg = new(new FfgOptions { Length = 20, Mode = FfgMode.PaperThreshold });
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(Host), Secret);
        Assert.That(
            () => ffg.Detect(Host, null, key),
            Throws.ArgumentException.With.Message.Contains("Keyed").And.Message.Contains("PaperThreshold")
        );
    }

    [Test]
    public void Single_options_out_of_range()
    {
        Assert.That(() => new FfgOptions { Length = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Length is 0"));
        Assert.That(() => new FfgOptions { Sigma = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FfgOptions { Sigma = double.NaN }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FfgOptions { FlipRate = 0.5 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FfgOptions { Budget = -1 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FfgOptions { Alpha = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FfgOptions { SampledNonEdges = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FfgOptions { Threshold = -1 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FfgOptions { MaxDistortion = double.NaN }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FfgOptions { TransformSize = 2 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new FfgWatermark(new FfgOptions { TransformSize = 59, Length = 20 }).GenerateKey(GraphInfo.Of(Host), Secret),
            Throws.ArgumentException.With.Message.Contains("59").And.Message.Contains("60")
        );
        Assert.That(() => new FfgWatermark(new FfgOptions()) { Threads = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    public static IEnumerable<FfgOptions> Contradictions =>
        [
            new()
            {
                Sigma = 1,
                FlipRate = 0.1,
                Mode = FfgMode.PaperThreshold,
            },
            new() { Sigma = 1 },
            new() { Mode = FfgMode.PaperThreshold, Candidates = CandidateRule.Sampled },
            new() { Mode = FfgMode.PaperThreshold, Selection = FlipSelection.Balanced },
            new() { SampledNonEdges = 5, Candidates = CandidateRule.Dense },
            new() { Insertion = Insertion.Multiplicative },
            new() { Insertion = Insertion.Exponential, Carriers = CarrierRule.Largest },
            new()
            {
                Insertion = Insertion.Exponential,
                Mode = FfgMode.PaperThreshold,
                Sigma = 3,
            },
            new() { Binarisation = Binarisation.TopE, Protected = (_, _) => false },
        ];

    [TestCaseSource(nameof(Contradictions))]
    public void Options_that_contradict_one_another(FfgOptions options) =>
        Assert.That(() => new FfgWatermark(options), Throws.ArgumentException);

    private static FfgEmbedding Mark(FfgOptions options)
    {
        FfgWatermark ffg = new(options);
        return ffg.Embed(Host, ffg.GenerateKey(GraphInfo.Of(Host), Secret));
    }

    private sealed class Immediate(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
