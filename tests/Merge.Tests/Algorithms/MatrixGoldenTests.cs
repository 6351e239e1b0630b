using System.Text.Json;

namespace ResearchKit.Merge.Tests.Algorithms;

/// <summary>The algorithms on matrices, and the geometric and sparsifying ones, beside the functions of their authors.</summary>
public class MatrixGoldenTests
{
    private JsonElement root;
    private BlockDivision division = null!;
    private TaskVectors vectors = null!;

    [SetUp]
    public void Load()
    {
        root = GoldenModels.Open("algorithms-matrix.json");
        division = InferredLayout.Divide(GoldenModels.Tensors(root), Granularity.Tensor);
        vectors = GoldenModels.Vectors(root, division.Blocks);
    }

    [TestCase("tsv-m")]
    [TestCase("iso-c")]
    [TestCase("iso-cts")]
    public void Every_tensor(string name)
    {
        IMergeAlgorithm algorithm = MergeAlgorithms.Known.Create(name);
        foreach (JsonProperty tensor in Results(name).Single().GetProperty("value").EnumerateObject())
        {
            GoldenModels.AssertClose(Run(algorithm, tensor.Name), GoldenModels.Data(tensor.Value), $"{name} {tensor.Name}", 1e-3);
        }
    }

    [Test]
    public void Wudi()
    {
        JsonElement result = Results("wudi").Single();
        WudiMerging wudi = new(result.GetProperty("iterations").GetInt32(), result.GetProperty("learningRate").GetDouble());
        GoldenModels.AssertClose(Run(wudi, "fc.weight"), Value(result), "wudi", 1e-3);
        GoldenModels.AssertClose(
            Run(new TaskArithmetic(1, VectorScale.Sum), "fc.weight"),
            Value(Results("wudi-initial-is-sum").Single()),
            "the start"
        );
    }

    [Test]
    public void Knots_with_ties()
    {
        foreach (JsonElement result in Results("knots-ties"))
        {
            GoldenModels.AssertClose(
                Run(new KnotsMerging(result.GetProperty("density").GetDouble()), "fc.weight"),
                Value(result),
                "knots",
                1e-3
            );
        }
    }

    [Test]
    public void Slerp_of_weights_and_of_task_vectors()
    {
        int checks = 0;
        foreach (JsonElement result in Results("slerp"))
        {
            bool weights = result.GetProperty("of").GetString()!.StartsWith("base", StringComparison.Ordinal);
            Slerp slerp = new(result.GetProperty("t").GetDouble(), weights ? SlerpOn.Weights : SlerpOn.TaskVectors);
            float[] merged = Run(slerp, "fc.weight", 0, 1);
            GoldenModels.AssertClose(weights ? WithBase(merged) : merged, Value(result), $"slerp {slerp.Fraction}");
            checks++;
        }
        foreach (JsonElement result in Results("nuslerp"))
        {
            Slerp slerp = new(
                result.GetProperty("t").GetDouble(),
                result.GetProperty("flatten").GetBoolean() ? SlerpOn.TaskVectors : SlerpOn.TaskVectorRows
            );
            GoldenModels.AssertClose(Run(slerp, "fc.weight", 0, 1), Value(result), $"nuslerp {slerp.On}");
            checks++;
        }
        Assert.That(checks, Is.EqualTo(7));
    }

    [Test]
    public void The_Karcher_mean() =>
        GoldenModels.AssertClose(WithBase(Run(new KarcherMean(), "fc.weight")), Value(Results("karcher").Single()), "karcher");

    [Test]
    public void Model_stock()
    {
        float[] expected = [.. Value(Results("model-stock").Single()).Zip(Base(), (value, start) => value - start)];
        GoldenModels.AssertClose(Run(new ModelStock(), "fc.weight"), expected, "model stock", 1e-3, 1e-6);
    }

    [Test]
    public void Sce()
    {
        foreach (JsonElement result in Results("sce"))
        {
            float[] merged = Run(new SceMerging(result.GetProperty("selectTopK").GetDouble()), "fc.weight");
            GoldenModels.AssertClose(WithBase(merged), Value(result), "sce");
        }
    }

    [Test]
    public void Sparsification_by_magnitude_and_breadcrumbs()
    {
        int checks = 0;
        foreach (JsonElement result in Results("magnitude-sparsify").Concat(Results("breadcrumbs-sparsify")))
        {
            float[] values = vectors.Of(0, Block("fc.weight")).ToArray();
            bool rescales = result.TryGetProperty("rescale", out JsonElement rescale) && rescale.ValueKind == JsonValueKind.String;
            new Sparsification(
                result.GetProperty("density").GetDouble(),
                result.TryGetProperty("gamma", out JsonElement gamma) ? gamma.GetDouble() : 0,
                rescales ? SparseRescale.L1 : SparseRescale.None
            ).Apply(values);
            GoldenModels.AssertClose(values, Value(result), result.GetRawText()[..60]);
            checks++;
        }
        Assert.That(checks, Is.EqualTo(6));
    }

    [Test]
    public void Ties_with_weights()
    {
        JsonElement result = Results("ties-weighted").Single();
        WeightedTies ties = new(
            GoldenModels.Doubles(result.GetProperty("weights")),
            result.GetProperty("density").GetDouble(),
            result.GetProperty("lambda_").GetDouble(),
            result.GetProperty("normalize").GetBoolean()
        );
        GoldenModels.AssertClose(Run(ties, "fc.weight"), Value(result), "weighted ties");
    }

    private float[] Run(IMergeAlgorithm algorithm, string tensor, params int[] tasks)
    {
        int[] group = tasks.Length == 0 ? [.. Enumerable.Range(0, vectors.Tasks.Count)] : tasks;
        IPreparation? preparation = algorithm.Prepare(vectors, default);
        return algorithm.Merge(vectors.Group(Block(tensor), group, preparation), preparation, default).Unified;
    }

    private int Block(string tensor) => division.Blocks.Select((block, i) => (block, i)).Single(x => x.block.Name == tensor).i;

    private float[] Base() => vectors.Base(Block("fc.weight")).ToArray();

    private float[] WithBase(float[] values) => [.. values.Zip(Base(), (value, start) => value + start)];

    private static float[] Value(JsonElement result) => GoldenModels.Floats(result.GetProperty("value"));

    private IEnumerable<JsonElement> Results(string name) =>
        root.GetProperty("results").EnumerateArray().Where(result => result.GetProperty("name").GetString() == name);
}
