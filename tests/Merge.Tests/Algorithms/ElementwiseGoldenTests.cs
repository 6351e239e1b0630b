using System.Text.Json;

namespace ResearchKit.Merge.Tests.Algorithms;

/// <summary>The elementwise algorithms beside the functions of their authors.</summary>
public class ElementwiseGoldenTests
{
    private const string File = "algorithms-elementwise.json";
    private JsonElement root;
    private TaskVectors vectors = null!;
    private int[] all = [];

    [SetUp]
    public void Load()
    {
        root = GoldenModels.Open(File);
        vectors = Split(new Block("all", [("v", [60], 0)]));
        all = [.. Enumerable.Range(0, 5)];
    }

    [Test]
    public void The_average() => Check("average", _ => Run(new Averaging()));

    [Test]
    public void Ties_with_mean_sum_and_maximum() =>
        Check(
            "ties",
            result =>
                Run(
                    new TiesMerging(
                        result.GetProperty("density").GetDouble(),
                        Function: result.GetProperty("mergeFunction").GetString() switch
                        {
                            "sum" => DisjointMerge.Sum,
                            "max" => DisjointMerge.Maximum,
                            _ => DisjointMerge.Mean,
                        }
                    )
                ),
            12
        );

    [Test]
    public void The_trimming_of_ties()
    {
        foreach (JsonElement result in Results("ties-trim"))
        {
            IPreparation? preparation = new TiesMerging(result.GetProperty("density").GetDouble()).Prepare(vectors, default);
            TaskGroup group = vectors.Group(0, all, preparation);
            double[] kept = GoldenModels.Doubles(result.GetProperty("keptFraction"));
            for (int task = 0; task < 5; task++)
            {
                GoldenModels.AssertClose(group[task], GoldenModels.Floats(result.GetProperty("value")[task]), $"trim, task {task}");
                Assert.That(group[task].ToArray().Count(v => v != 0) / 60.0, Is.EqualTo(kept[task]).Within(1e-6));
            }
        }
    }

    [Test]
    public void Pcb() => Check("pcb", result => Run(new PcbMerging(result.GetProperty("keptRatio").GetDouble())), 3);

    [Test]
    public void Emr_unified_vector_masks_and_rescalers()
    {
        TaskVectors layers = Split(new Block("all", [("a.w", [30], 0), ("b.w", [30], 0)]));
        MergedBlock merged = new EmrMerging().Merge(layers.Group(0, all), null, default);
        JsonElement result = Results("emr").Single();
        GoldenModels.AssertClose(merged.Unified, Both(result.GetProperty("unified")), "unified");
        for (int task = 0; task < 5; task++)
        {
            float[] expected = Both(result.GetProperty("masksTimesRescaler")[task]);
            for (int p = 0; p < 60; p++)
            {
                Assert.That(merged.Masks![task][p], Is.EqualTo(expected[p] != 0), $"mask {task} [{p}]");
                Assert.That(merged.Masks[task][p] ? merged.Scalars![task] : 0, Is.EqualTo(expected[p]).Within(1e-4));
            }
        }
    }

    [Test]
    public void The_masks_of_consensus()
    {
        TaskVectors layers = Split(new Block("all", [("a.w", [30], 0), ("b.w", [30], 0)]));
        foreach (JsonElement result in Results("consensus-mask"))
        {
            ConsensusMerging consensus = new(new TaskArithmetic(1.5), result.GetProperty("consensusLambda").GetDouble());
            MergedBlock merged = consensus.Merge(layers.Group(0, all), null, default);
            for (int task = 0; task < 5; task++)
            {
                float[] expected = Both(result.GetProperty("masks")[task]);
                Assert.That(Enumerable.Range(0, 60).Select(p => merged.Masks![task][p] ? 1f : 0), Is.EqualTo(expected), $"task {task}");
            }
        }
    }

    private float[] Run(IMergeAlgorithm algorithm)
    {
        IPreparation? preparation = algorithm.Prepare(vectors, default);
        return algorithm.Merge(vectors.Group(0, all, preparation), preparation, default).Unified;
    }

    private void Check(string name, Func<JsonElement, float[]> run, int count = 1)
    {
        JsonElement[] results = [.. Results(name)];
        Assert.That(results, Has.Length.EqualTo(count));
        foreach (JsonElement result in results)
        {
            GoldenModels.AssertClose(run(result), GoldenModels.Floats(result.GetProperty("value")), result.GetRawText()[..60]);
        }
    }

    private IEnumerable<JsonElement> Results(string name) =>
        root.GetProperty("results").EnumerateArray().Where(result => result.GetProperty("name").GetString() == name);

    private TaskVectors Split(Block block) =>
        new(
            ["a", "b", "c", "d", "e"],
            [block],
            [new float[60]],
            [.. root.GetProperty("taskVectors").EnumerateArray().Select(task => new[] { GoldenModels.Floats(task) })]
        );

    private static float[] Both(JsonElement layers) =>
        [.. GoldenModels.Data(layers.GetProperty("a.w")), .. GoldenModels.Data(layers.GetProperty("b.w"))];
}
