using CsCheck;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Merge.Tests.Algorithms;

/// <summary>What must hold whatever the vectors.</summary>
public class AlgorithmPropertyTests
{
    private static readonly Gen<float[][]> Vectors = Gen.Select(Gen.Int[2, 6], Gen.Int[1, 300])
        .SelectMany((tasks, length) => Gen.Select(Gen.Int[-8, 8], i => i / 8f).Array[length].Array[tasks]);

    [Test]
    public void Ties_equals_its_plain_form_also_where_signs_balance() =>
        Vectors.Sample(vectors =>
        {
            float[] expected = Reference.Ties(vectors);
            float[] actual = Run(new TiesMerging(1), vectors).Unified;
            for (int p = 0; p < expected.Length; p++)
            {
                Assert.That(actual[p], Is.EqualTo(expected[p]).Within(1e-6));
            }
        });

    [Test]
    public void Emr_never_goes_against_a_task_and_keeps_its_mean_magnitude() =>
        Vectors.Sample(vectors =>
        {
            MergedBlock merged = Run(new EmrMerging(), vectors);
            for (int task = 0; task < vectors.Length; task++)
            {
                float[] effective = new float[vectors[0].Length];
                merged.Effective(task, effective);
                Assert.That(effective.Zip(vectors[task], (a, b) => a * b).Min(), Is.GreaterThanOrEqualTo(0));
                if (effective.Any(v => v != 0))
                {
                    Assert.That(effective.Average(MathF.Abs), Is.EqualTo(vectors[task].Average(MathF.Abs)).Within(1e-4));
                }
                Assert.That(effective, Is.All.Matches<float>(float.IsFinite));
            }
        });

    [Test]
    public void Equal_vectors_are_returned()
    {
        float[] one = TestModels.Vector(RandomStream.Named("equal"), 60, 1);
        IMergeAlgorithm[] algorithms =
        [
            new Averaging(),
            new TaskArithmetic(1),
            new TiesMerging(1),
            new EmrMerging(),
            new Slerp(0.3, SlerpOn.TaskVectors),
            new ModelStock(),
            new KarcherMean(),
            new SceMerging(),
        ];
        foreach (IMergeAlgorithm algorithm in algorithms)
        {
            float[][] copies = [.. Enumerable.Repeat(one, algorithm.Traits.MaximumGroup ?? 4)];
            float[] effective = new float[one.Length];
            Run(algorithm, copies).Effective(0, effective);
            GoldenModels.AssertClose(effective, one, algorithm.Name);
        }
    }

    [Test]
    public void The_order_of_tasks_does_not_matter()
    {
        float[][] vectors = [.. Enumerable.Range(0, 4).Select(i => TestModels.Vector(RandomStream.Named("permutation", $"{i}"), 48, 1))];
        foreach (string name in MergeAlgorithms.Known.Names.Where(n => n is not ("slerp" or "dare" or "dare-ties")))
        {
            IMergeAlgorithm algorithm = MergeAlgorithms.Known.Create(name);
            float[] forward = Run(algorithm, vectors, matrix: true).Unified;
            float[] backward = Run(algorithm, [.. vectors.Reverse()], matrix: true).Unified;
            GoldenModels.AssertClose(backward, forward, name, 1e-3, 1e-4);
        }
    }

    [Test]
    public void Ties_of_one_task_beside_zeros_returns_it_and_of_disjoint_supports_their_sum()
    {
        float[] one = TestModels.Vector(RandomStream.Named("one"), 50, 1);
        Assert.That(Run(new TiesMerging(1), [one, new float[50], new float[50]]).Unified, Is.EqualTo(one));
        float[] low = [.. one.Select((v, i) => i < 25 ? v : 0)];
        float[] high = [.. one.Select((v, i) => i < 25 ? 0 : v)];
        Assert.That(Run(new TiesMerging(1), [low, high]).Unified, Is.EqualTo(one));
    }

    [Test]
    public void Consensus_at_zero_keeps_every_position_a_task_changed()
    {
        float[][] vectors =
        [
            [0, 1, -2, 0],
            [1, 1, 1, 0],
            [0, 0, 3, 0],
        ];
        MergedBlock merged = Run(new ConsensusMerging(new Averaging(), 0), vectors);
        for (int task = 0; task < 3; task++)
        {
            Assert.That(Enumerable.Range(0, 4).Select(p => merged.Masks![task][p]), Is.EqualTo(vectors[task].Select(v => v != 0)));
        }
    }

    [Test]
    public void Dare_keeps_the_mean_and_the_share()
    {
        const int Length = 40_000;
        const double DropRate = 0.9;
        float[][] ones = [Enumerable.Repeat(1f, Length).ToArray(), Enumerable.Repeat(1f, Length).ToArray()];
        TaskVectors vectors = Of(ones, false);
        DareMerging dare = new(new Averaging(), DropRate);
        TaskGroup group = vectors.Group(0, [0, 1], dare.Prepare(vectors, default));
        int kept = group[0].ToArray().Count(v => v != 0);
        // A fixed stream: passes or fails for good. The bound would be broken by one in 16,000 streams.
        Assert.That(kept, Is.EqualTo(Length * (1 - DropRate)).Within(4 * Math.Sqrt(Length * DropRate * (1 - DropRate))));
        Assert.That(group[0].ToArray().Where(v => v != 0), Is.All.EqualTo(10f).Within(1e-5));
        Assert.That(group[1].ToArray(), Is.Not.EqualTo(group[0].ToArray()), "tasks draw by themselves");
    }

    [Test]
    public void Iso_has_equal_singular_values_and_wudi_ends_where_its_gradient_vanishes()
    {
        float[][] vectors = [.. Enumerable.Range(0, 3).Select(i => TestModels.Vector(RandomStream.Named("iso", $"{i}"), 48, 1))];
        float[] iso = Run(new IsoMerging(), vectors, matrix: true).Unified;
        using (TorchSharp.torch.Tensor matrix = TorchSharp.torch.tensor(iso, [8, 6]))
        using (TorchSharp.torch.Tensor values = TorchSharp.torch.linalg.svdvals(matrix))
        {
            float[] s = [.. values.data<float>()];
            Assert.That(s.Max() - s.Min(), Is.LessThan(1e-4 * s.Max()));
        }
        float[] exact = Run(new WudiMerging(Solver: WudiSolver.Exact), vectors, matrix: true).Unified;
        float[] sum = Run(new TaskArithmetic(1, VectorScale.Sum), vectors, matrix: true).Unified;
        float[] steps = Run(new WudiMerging(Steps: 2000, LearningRate: 1e-3), vectors, matrix: true).Unified;
        Assert.That(Loss(exact, vectors), Is.LessThanOrEqualTo(Loss(steps, vectors) + 1e-6));
        Assert.That(Loss(steps, vectors), Is.LessThan(Loss(sum, vectors)));
    }

    [Test]
    public void Fisher_and_regmean_weigh_tasks_by_their_data()
    {
        TaskVectors vectors = Of(
            [
                [1, 1, 1, 1],
                [3, 3, 3, 3],
            ],
            false
        );
        FisherMerging fisher = new(
            [new Dictionary<string, float[]> { ["w"] = [1, 1, 0, 0] }, new Dictionary<string, float[]> { ["w"] = [0, 1, 1, 0] }],
            NormalizeTasks: false
        );
        Assert.That(fisher.Prepare(vectors, default), Is.Null);
        float[] merged = fisher.Merge(vectors.Group(0, [0, 1]), null, default).Unified;
        Assert.That(merged, Is.EqualTo(new[] { 1f, 2, 3, 2 }).Within(1e-4));
        Assert.That(
            () =>
                fisher.Prepare(
                    Of(
                        [
                            [1],
                            [1],
                            [1],
                        ],
                        false
                    ),
                    default
                ),
            Throws.ArgumentException.With.Message.Contains("every task")
        );

        // Inputs of the first task live in the first direction only, of the second in the other: each keeps its own columns.
        TaskVectors matrices = new(
            ["a", "b"],
            [new Block("w", [("w", [2, 2], 0)])],
            [new float[4]],
            [
                [
                    [1, 2, 3, 4],
                ],
                [
                    [5, 6, 7, 8],
                ],
            ]
        );
        RegMeanMerging regMean = new([
            new Dictionary<string, float[]> { ["w"] = [1, 0, 0, 0] },
            new Dictionary<string, float[]> { ["w"] = [0, 0, 0, 1] },
        ]);
        Assert.That(regMean.Merge(matrices.Group(0, [0, 1]), null, default).Unified, Is.EqualTo(new[] { 1f, 6, 3, 8 }).Within(1e-4));
    }

    [Test]
    [NonParallelizable]
    public void The_algorithms_on_matrices_free_their_tensors()
    {
        float[][] vectors = [.. Enumerable.Range(0, 3).Select(i => TestModels.Vector(RandomStream.Named("leak", $"{i}"), 48, 1))];
        LiveTensors.AssertNoLeak(() =>
        {
            foreach (
                IMergeAlgorithm algorithm in new IMergeAlgorithm[]
                {
                    new TsvMerging(),
                    new IsoMerging(),
                    new IsoTaskSpecificMerging(),
                    new KnotsMerging(),
                    new WudiMerging(20),
                }
            )
            {
                Run(algorithm, vectors, matrix: true);
            }
        });
    }

    [Test]
    public void A_users_own_algorithm_joins_the_list()
    {
        MergeAlgorithms more = MergeAlgorithms.Known.With("first", _ => new First());
        Assert.That(more.Create("first").Name, Is.EqualTo("first"));
        Assert.That(() => more.With("ties", _ => new First()), Throws.ArgumentException);
        Assert.That(() => MergeAlgorithms.Known.Create("tiez"), Throws.ArgumentException.With.Message.Contains("ties"));
    }

    [TestCase(0.0)]
    [TestCase(1.5)]
    [TestCase(double.NaN)]
    public void Constants_out_of_range_are_refused_with_the_range(double density)
    {
        Assert.That(() => new TiesMerging(density), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("at most 1"));
        Assert.That(() => new PcbMerging(density), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new DareMerging(new Averaging(), density == 0 ? 1 : density),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("below 1")
        );
        Assert.That(
            () => new TaskArithmetic(density is double.NaN ? density : double.PositiveInfinity),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
    }

    [Test]
    public void Zero_task_vectors_give_no_NaN()
    {
        float[][] vectors = [new float[48], new float[48], TestModels.Vector(RandomStream.Named("zero"), 48, 1)];
        foreach (string name in MergeAlgorithms.Known.Names.Where(n => n != "slerp"))
        {
            MergedBlock merged = Run(MergeAlgorithms.Known.Create(name), vectors, matrix: true);
            Assert.That(merged.Unified, Is.All.Matches<float>(float.IsFinite), name);
        }
        Assert.That(Run(new EmrMerging(), [new float[4], new float[4], new float[4]]).Scalars, Is.All.Zero);
        TaskVectors zero = Of(vectors, true);
        Assert.That(BlockSimilarities.Of(zero)[0][0, 2], Is.Zero);
        Assert.That(zero.ZeroTasks(), Is.EqualTo(new[] { 0, 1 }));
    }

    private sealed class First : IMergeAlgorithm
    {
        public string Name => "first";

        public MergeTraits Traits { get; } = new();

        public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken ct) => new(group[0].ToArray());
    }

    private static double Loss(float[] x, float[][] vectors)
    {
        double loss = 0;
        foreach (float[] tau in vectors)
        {
            double norm = tau.Sum(v => (double)v * v);
            for (int i = 0; i < 8; i++)
            {
                for (int j = 0; j < 8; j++)
                {
                    double product = 0;
                    for (int k = 0; k < 6; k++)
                    {
                        product += (double)(x[(i * 6) + k] - tau[(i * 6) + k]) * tau[(j * 6) + k];
                    }
                    loss += product * product / norm;
                }
            }
        }
        return loss;
    }

    private static TaskVectors Of(float[][] vectors, bool matrix)
    {
        Block block = new("b", [("w", matrix ? [8, 6] : [vectors[0].Length], 0)]);
        return new TaskVectors(TestModels.Names(vectors.Length), [block], [new float[block.Length]], [.. vectors.Select(v => new[] { v })]);
    }

    private static MergedBlock Run(IMergeAlgorithm algorithm, float[][] vectors, bool matrix = false)
    {
        TaskVectors source = Of(vectors, matrix);
        IPreparation? preparation = algorithm.Prepare(source, default);
        return algorithm.Merge(source.Group(0, [.. Enumerable.Range(0, vectors.Length)], preparation), preparation, default);
    }
}
