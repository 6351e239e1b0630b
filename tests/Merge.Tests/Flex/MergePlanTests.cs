using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Merge.Tests.Flex;

/// <summary>What holds for every plan.</summary>
public class MergePlanTests
{
    private static readonly Gen<(int Tasks, int Blocks, int Seed, GroupSimilarity Rule, bool Masks, bool Ties)> Cases = Gen.Select(
        Gen.Int[2, 12],
        Gen.Int[1, 8],
        Gen.Int[0, 1_000_000],
        Gen.Enum<GroupSimilarity>(),
        Gen.Bool,
        Gen.Bool
    );

    [Test]
    public void A_plan_is_the_plain_greedy_order() =>
        Cases.Sample(
            c =>
            {
                (BlockDivision division, SimilarityMatrix[] matrices) = Draw(
                    c.Tasks,
                    c.Blocks,
                    c.Seed,
                    c.Ties && c.Rule != GroupSimilarity.Mean
                );
                MergePlan plan = MergePlanner.Plan(
                    TestModels.Names(c.Tasks),
                    division,
                    matrices,
                    new SizeAccounting(c.Masks),
                    new FlexMergeOptions { Similarity = c.Rule }
                );
                List<(string, int[], int[])> expected = Reference.Greedy(division, matrices, c.Rule);
                return plan
                    .Steps.Select(s => (s.Block, string.Join(',', s.GroupA), string.Join(',', s.GroupB)))
                    .SequenceEqual(expected.Select(s => (s.Item1, string.Join(',', s.Item2), string.Join(',', s.Item3))));
            },
            iter: 300
        );

    [Test]
    public void Sizes_fall_to_the_minimum_by_the_closed_form() =>
        Cases.Sample(
            c =>
            {
                (BlockDivision division, SimilarityMatrix[] matrices) = Draw(c.Tasks, c.Blocks, c.Seed, c.Ties);
                SizeAccounting accounting = new(c.Masks);
                MergePlan plan = MergePlanner.Plan(
                    TestModels.Names(c.Tasks),
                    division,
                    matrices,
                    accounting,
                    new FlexMergeOptions { Similarity = c.Rule }
                );
                Assert.That(plan.Steps, Has.Count.EqualTo((c.Tasks - 1) * c.Blocks));
                Assert.That(plan.SizeAfter(0), Is.EqualTo(c.Tasks));
                Assert.That(
                    plan.MinimumSize,
                    Is.EqualTo(
                            c.Masks && c.Tasks > 2 ? 2 + (c.Tasks / 32.0)
                            : c.Masks ? 2
                            : 1
                        )
                        .Within(1e-12)
                );
                double last = c.Tasks;
                for (int steps = 0; steps <= plan.Steps.Count; steps += 3)
                {
                    Partition partition = plan.After(steps);
                    double size = plan.SizeAfter(steps);
                    Assert.That(size, Is.EqualTo(partition.Size(division, accounting, c.Tasks)));
                    Assert.That(size, Is.LessThanOrEqualTo(last));
                    Assert.That(partition.Groups.Select(g => g.SelectMany(x => x).Order()), Is.All.EqualTo(Enumerable.Range(0, c.Tasks)));
                    last = size;
                }
                foreach (var block in plan.Steps.GroupBy(s => s.Block))
                {
                    // Means of equal values may differ in the last bit.
                    float[] similarities = [.. block.Select(s => s.Similarity)];
                    Assert.That(similarities.Zip(similarities.Skip(1)).All(p => p.Second <= p.First + 1e-6f), Is.True);
                }
            },
            iter: 200
        );

    [Test]
    public void A_size_is_reached_with_the_fewest_steps()
    {
        (BlockDivision division, SimilarityMatrix[] matrices) = Draw(8, 6, 1, ties: false);
        MergePlan plan = MergePlanner.Plan(TestModels.Names(8), division, matrices, new SizeAccounting(false));
        foreach (double size in new[] { 1, 1.1, 2.25, 3, 7.9, 8 })
        {
            int steps = plan.StepsFor(size);
            Assert.That(plan.SizeAfter(steps), Is.LessThanOrEqualTo(size + 1e-9));
            Assert.That(steps == 0 || plan.SizeAfter(steps - 1) > size, Is.True, $"{size}");
        }
    }

    [Test]
    public void A_plan_goes_through_JSON_and_is_the_same_for_any_number_of_threads()
    {
        (BlockDivision division, SimilarityMatrix[] matrices) = Draw(9, 7, 3, ties: true);
        string[] texts =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ => MergePlanner.Plan(TestModels.Names(9), division, matrices, new SizeAccounting(true)).ToJson()),
        ];
        Assert.That(texts.Distinct().Count(), Is.EqualTo(1));
        Assert.That(MergePlan.Parse(texts[0], "plan").ToJson(), Is.EqualTo(texts[0]));
        Assert.That(
            () => MergePlan.Parse("{\"tasks\": 3}", "plan.json"),
            Throws.TypeOf<MalformedFileException>().With.Message.Contains("plan.json")
        );
    }

    [Test]
    public void Scaling_a_task_vector_leaves_the_plan_and_permuting_tasks_permutes_it()
    {
        TaskVectors vectors = TestModels.Draw(5, "scaling");
        BlockDivision division = new(vectors.Blocks, []);
        int[] order = [3, 0, 4, 1, 2];
        TaskVectors scaled = Changed(vectors, task => task, task => task == 2 ? 8 : 1);
        TaskVectors permuted = Changed(vectors, task => order[task], _ => 1);
        MergePlan plan = MergePlanner.Plan(vectors, division, new Averaging());
        Assert.That(Steps(MergePlanner.Plan(scaled, division, new Averaging()), task => task), Is.EqualTo(Steps(plan, task => task)));
        Assert.That(
            Steps(MergePlanner.Plan(permuted, division, new Averaging()), task => order[task]),
            Is.EqualTo(Steps(plan, task => task))
        );
    }

    [Test]
    public void Every_order_ends_in_one_group_a_block_and_keeps_its_promise()
    {
        TaskVectors vectors = TestModels.Draw(5, "orders");
        BlockDivision division = new(vectors.Blocks, []);
        foreach (MergeOrder order in Enum.GetValues<MergeOrder>())
        {
            MergePlan plan = MergePlanner.Plan(vectors, division, new Averaging(), new FlexMergeOptions { Order = order });
            Assert.That(plan.MinimumSize, Is.EqualTo(1), $"{order}");
            int[] firsts = [.. plan.Steps.Select(s => plan.Blocks.ToList().IndexOf(s.Block))];
            Assert.That(firsts.SequenceEqual(firsts.Order()), Is.EqualTo(order == MergeOrder.RightLeft), $"{order}");
            Assert.That(firsts.SequenceEqual(firsts.OrderDescending()), Is.EqualTo(order == MergeOrder.LeftRight), $"{order}");
        }
    }

    private static (BlockDivision, SimilarityMatrix[]) Draw(int tasks, int blocks, int seed, bool ties)
    {
        RandomStream stream = RandomStream.Named("plan-tests", $"{seed}", $"{tasks}", $"{blocks}");
        SimilarityMatrix[] matrices =
        [
            .. Enumerable
                .Range(0, blocks)
                .Select(_ =>
                {
                    float[] values = new float[tasks * tasks];
                    for (int i = 0; i < tasks; i++)
                    {
                        for (int j = i; j < tasks; j++)
                        {
                            values[(i * tasks) + j] = values[(j * tasks) + i] =
                                i == j ? 1
                                : ties ? stream.NextInt(4) / 4f
                                : (2 * stream.NextSingle()) - 1;
                        }
                    }
                    return new SimilarityMatrix(tasks, values);
                }),
        ];
        BlockDivision division = new(
            [.. Enumerable.Range(0, blocks).Select(b => new Block($"b{b}", [("w" + b, [1 + stream.NextInt(50)], 0)]))],
            []
        );
        return (division, matrices);
    }

    private static TaskVectors Changed(TaskVectors vectors, Func<int, int> source, Func<int, float> factor) =>
        new(
            vectors.Tasks,
            vectors.Blocks,
            [.. Enumerable.Range(0, vectors.Blocks.Count).Select(b => vectors.Base(b).ToArray())],
            [
                .. Enumerable
                    .Range(0, vectors.Tasks.Count)
                    .Select(task =>
                        Enumerable
                            .Range(0, vectors.Blocks.Count)
                            .Select(b => vectors.Of(source(task), b).ToArray().Select(v => v * factor(task)).ToArray())
                            .ToArray()
                    ),
            ]
        );

    private static IEnumerable<string> Steps(MergePlan plan, Func<int, int> name) =>
        plan.Steps.Select(s =>
        {
            string[] groups =
            [
                .. new[] { s.GroupA, s.GroupB }.Select(g => string.Join(',', g.Select(name).Order())).Order(StringComparer.Ordinal),
            ];
            return $"{s.Block}: {groups[0]} + {groups[1]}";
        });
}
