using System.Text.Json;

namespace ResearchKit.Merge.Tests;

/// <summary>Small cases of our own making, beside plain Python (recipe in Goldens/merge_own_cases.py): for a clone without the shared golden vectors.</summary>
public class OwnGoldenTests
{
    private static readonly JsonElement Root = Read();

    [TestCase("plan", false)]
    [TestCase("planWithMasks", true)]
    public void The_plan_and_its_sizes(string name, bool masks)
    {
        float[][][] values =
        [
            .. Root.GetProperty("blocks").EnumerateArray().Select(block => block.EnumerateArray().Select(GoldenModels.Floats).ToArray()),
        ];
        BlockDivision division = new([.. values.Select((block, i) => new Block($"{i}", [("w", [block[0].Length], 0)]))], []);
        SimilarityMatrix[] matrices = [.. values.Select(block => SimilarityMatrix.Of([.. block.Select(v => (ReadOnlyMemory<float>)v)]))];
        MergePlan plan = MergePlanner.Plan(TestModels.Names(5), division, matrices, new SizeAccounting(masks));
        JsonElement[] expected = [.. Root.GetProperty(name).EnumerateArray()];
        Assert.That(plan.Steps, Has.Count.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(plan.Steps[i].Block, Is.EqualTo($"{expected[i].GetProperty("block")}"), $"step {i}");
            Assert.That(plan.Steps[i].GroupA, Is.EqualTo(GoldenModels.Ints(expected[i].GetProperty("a"))), $"step {i}");
            Assert.That(plan.Steps[i].GroupB, Is.EqualTo(GoldenModels.Ints(expected[i].GetProperty("b"))), $"step {i}");
            Assert.That(plan.Steps[i].Similarity, Is.EqualTo(expected[i].GetProperty("similarity").GetDouble()).Within(1e-6), $"step {i}");
            Assert.That(plan.Steps[i].SizeAfter, Is.EqualTo(expected[i].GetProperty("size").GetDouble()).Within(1e-12), $"step {i}");
        }
    }

    [Test]
    public void Ties_with_trimming()
    {
        TiesMerging ties = new(Root.GetProperty("ties").GetProperty("density").GetDouble());
        TaskVectors vectors = Vectors();
        IPreparation? preparation = ties.Prepare(vectors, default);
        MergedBlock merged = ties.Merge(vectors.Group(0, [0, 1, 2, 3], preparation), preparation, default);
        GoldenModels.AssertClose(merged.Unified, GoldenModels.Floats(Root.GetProperty("ties").GetProperty("merged")), "ties", 1e-6, 1e-7);
    }

    [Test]
    public void Emr()
    {
        MergedBlock merged = new EmrMerging().Merge(Vectors().Group(0, [0, 1, 2, 3]), null, default);
        JsonElement expected = Root.GetProperty("emr");
        Assert.That(merged.Unified, Is.EqualTo(GoldenModels.Floats(expected.GetProperty("unified"))));
        GoldenModels.AssertClose([.. merged.Scalars!], GoldenModels.Floats(expected.GetProperty("scales")), "scales", 1e-6);
        for (int task = 0; task < 4; task++)
        {
            Assert.That(
                Enumerable.Range(0, 24).Select(p => merged.Masks![task][p] ? 1 : 0),
                Is.EqualTo(GoldenModels.Ints(expected.GetProperty("masks")[task]))
            );
        }
    }

    private static TaskVectors Vectors() =>
        new(
            TestModels.Names(4),
            [new Block("b", [("w", [24], 0)])],
            [new float[24]],
            [.. Root.GetProperty("vectors").EnumerateArray().Select(v => new[] { GoldenModels.Floats(v) })]
        );

    private static JsonElement Read()
    {
        using Stream stream = typeof(OwnGoldenTests).Assembly.GetManifestResourceStream("merge_own_cases.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
