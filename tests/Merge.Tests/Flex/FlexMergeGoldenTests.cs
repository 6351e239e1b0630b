using System.Text.Json;

namespace ResearchKit.Merge.Tests.Flex;

/// <summary>Order, sizes and what each task uses, beside the authors' own program on small models.</summary>
public class FlexMergeGoldenTests
{
    [TestCase("flexmerge-greedy-6tasks.json")]
    [TestCase("flexmerge-ablations-6tasks.json")]
    [TestCase("flexmerge-order-12tasks-8blocks.json")]
    public void Every_run_of_the_reference_is_repeated(string file)
    {
        JsonElement root = GoldenModels.Open(file);
        int number = 0;
        foreach (JsonElement run in root.GetProperty("runs").EnumerateArray())
        {
            string what =
                $"{file}, run {number++}: {run.GetProperty("method")} {run.GetProperty("order")} {run.GetProperty("linkage")} {run.GetProperty("distance")}";
            BlockDivision division = Division(root, run);
            TaskVectors vectors = GoldenModels.Vectors(root, division.Blocks);
            IMergeAlgorithm algorithm = Algorithm(run);
            IPreparation? preparation = algorithm.Prepare(vectors, default);
            MergePlan plan =
                run.GetProperty("order").GetString() == "random"
                    ? Replay(run, vectors, division, SizeAccounting.Of(algorithm))
                    : MergePlanner.Plan(vectors, division, algorithm, Options(run));
            int steps = run.GetProperty("mergeIterations").GetInt32();
            Assert.That(plan.Steps, Has.Count.EqualTo((vectors.Tasks.Count - 1) * division.Blocks.Count), what);
            CheckOrder(run, plan, what);
            foreach (JsonElement logged in run.GetProperty("sizesLogged").EnumerateArray())
            {
                double size = plan.SizeAfter(logged.GetProperty("mergeIteration").GetInt32() + 1);
                Assert.That(size, Is.EqualTo(logged.GetProperty("size").GetDouble()).Within(1e-12), what);
                Partition at = plan.After(logged.GetProperty("mergeIteration").GetInt32() + 1);
                Assert.That(at.Size(division, plan.Accounting, vectors.Tasks.Count), Is.EqualTo(size).Within(1e-14), what);
            }
            if (run.TryGetProperty("effectiveTaskVectors", out JsonElement effective) && effective.ValueKind == JsonValueKind.Array)
            {
                FlexModel model = FlexModel.Merge(vectors, division, plan.After(steps), algorithm, preparation: preparation);
                for (int task = 0; task < vectors.Tasks.Count; task++)
                {
                    foreach (JsonProperty tensor in effective[task].EnumerateObject())
                    {
                        GoldenModels.AssertClose(
                            model.TaskVector(task, tensor.Name),
                            GoldenModels.Floats(tensor.Value),
                            $"{what}, task {task}, {tensor.Name}"
                        );
                    }
                }
            }
        }
    }

    private static void CheckOrder(JsonElement run, MergePlan plan, string what)
    {
        JsonElement[] trace = [.. run.GetProperty("trace").EnumerateArray()];
        for (int i = 0; i < trace.Length; i++)
        {
            MergeStep step = plan.Steps[i];
            Assert.That(step.Block, Is.EqualTo(trace[i].GetProperty("block").GetString()), $"{what}, step {i}");
            int[] a = GoldenModels.Ints(trace[i].GetProperty("a"));
            int[] b = GoldenModels.Ints(trace[i].GetProperty("b"));
            Assert.That(
                new[] { step.GroupA, step.GroupB },
                Is.EqualTo(new[] { a, b }.OrderBy(g => g.Min()).Select(g => g.Order().ToArray())),
                $"{what}, step {i}"
            );
            Assert.That(step.Similarity, Is.EqualTo(trace[i].GetProperty("similarity").GetDouble()).Within(1e-5), $"{what}, step {i}");
        }
    }

    private static BlockDivision Division(JsonElement root, JsonElement run) =>
        new BlockLayout(
            "golden",
            [.. run.GetProperty("blocks").EnumerateArray().Select(b => new BlockRule(b.GetString()!, [b.GetString()!.TrimEnd('.')]))]
        ).Divide(GoldenModels.Tensors(root));

    private static FlexMergeOptions Options(JsonElement run) =>
        new()
        {
            Similarity = run.GetProperty("linkage").GetString() switch
            {
                "single" => GroupSimilarity.Minimum,
                "complete" => GroupSimilarity.Maximum,
                _ => GroupSimilarity.Mean,
            },
            Compared = run.GetProperty("constituents").GetBoolean() ? ComparedVectors.Members : ComparedVectors.Merged,
            Order = run.GetProperty("order").GetString() switch
            {
                "left-right" => MergeOrder.LeftRight,
                "right-left" => MergeOrder.RightLeft,
                _ => MergeOrder.Greedy,
            },
            Measure = run.GetProperty("distance").GetString() switch
            {
                "euclidean" => SimilarityMeasure.Euclidean,
                "sign" => SimilarityMeasure.Sign,
                _ => SimilarityMeasure.Cosine,
            },
        };

    private static IMergeAlgorithm Algorithm(JsonElement run)
    {
        double density = run.GetProperty("density").GetDouble();
        double lambda = run.GetProperty("lambda_").GetDouble();
        double threshold = run.GetProperty("consensusLambda").GetDouble();
        return run.GetProperty("method").GetString() switch
        {
            "avg" => new Averaging(),
            "ta" => new TaskArithmetic(lambda),
            "ties" => new TiesMerging(density, lambda),
            "pcb" => new PcbMerging(density, lambda, PcbRatio.Dropped),
            "emr" => new EmrMerging(),
            "consensus_ta" => new ConsensusMerging(new TaskArithmetic(lambda), threshold),
            "consensus_ties" => new ConsensusMerging(new TiesMerging(density, lambda), threshold),
            var other => throw new ArgumentException(other),
        };
    }

    // The reference draws with numpy's generator; its recorded choices are replayed.
    private static MergePlan Replay(JsonElement run, TaskVectors vectors, BlockDivision division, SizeAccounting accounting)
    {
        PlanBuilder builder = new(vectors.Tasks.Count, division, accounting);
        string[] names = [.. division.Blocks.Select(block => block.Name)];
        foreach (JsonElement step in run.GetProperty("trace").EnumerateArray())
        {
            int a = GoldenModels.Ints(step.GetProperty("a")).Min();
            int b = GoldenModels.Ints(step.GetProperty("b")).Min();
            builder.Add(Array.IndexOf(names, step.GetProperty("block").GetString()), new PairMerge(Math.Min(a, b), Math.Max(a, b), 0));
        }
        return new MergePlan
        {
            Tasks = vectors.Tasks,
            Blocks = names,
            Lengths = [.. division.Blocks.Select(block => (long)block.Length)],
            Accounting = accounting,
            Options = new FlexMergeOptions { Order = MergeOrder.Random },
            Steps = builder.Steps,
        };
    }
}
