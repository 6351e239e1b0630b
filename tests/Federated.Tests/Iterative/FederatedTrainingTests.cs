using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.Iterative;

/// <summary>Rounds of federated learning: what each algorithm must equal, threads, resume, failures, filters, batch normalisation.</summary>
public class FederatedTrainingTests
{
    [Test]
    public void Identical_clients_take_the_central_step()
    {
        var data = Rows("a", 32);
        var options = Plain(new FedAvg()) with { Local = Steps(1, batch: 32) };
        var together = Run(options, [data, data, data], rounds: 4);
        var model = Model();
        var alone = model.Initialize(RandomStream.Named("training").Split("init"));
        for (var round = 0; round < 4; round++)
        {
            model.Train(new LocalTask(alone, data, RandomStream.Named("x")), Steps(1, batch: 32));
        }
        Assert.That(together, Is.EqualTo(alone.Values.ToArray()).Within(1e-6f));
    }

    [Test]
    public void FedProx_without_pull_and_FedNova_at_equal_steps_are_FedAvg()
    {
        LabeledData[] clients = [Rows("a", 30), Rows("b", 30), Rows("c", 30)];
        var expected = Run(Plain(new FedAvg()), clients, 5);
        Assert.That(Run(Plain(new FedProx { Mu = 0 }), clients, 5), Is.EqualTo(expected).Within(1e-6f));
        Assert.That(Run(Plain(new FedNova()), clients, 5), Is.EqualTo(expected).Within(1e-5f));
        Assert.That(Run(Plain(new FedProx { Mu = 1 }), clients, 5), Is.Not.EqualTo(expected).Within(1e-4f));
    }

    [Test]
    public void Scaffold_with_identical_clients_is_FedAvg()
    {
        var data = Rows("a", 24);
        var one = Steps(3, batch: 24);
        Assert.That(
            Run(Plain(new Scaffold()) with { Local = one }, [data, data], 5),
            Is.EqualTo(Run(Plain(new FedAvg()) with { Local = one }, [data, data], 5)).Within(1e-5f)
        );
    }

    [Test]
    public void FedDyn_finds_the_common_minimum_of_quadratic_clients_where_FedAvg_does_not()
    {
        double[][] curvatures =
        [
            [1, 4],
            [3, 1],
        ];
        double[][] centres =
        [
            [1, -1],
            [-1, 1],
        ];
        double[] optimum = [(1 - 3) / 4.0, (-4 + 1) / 5.0];
        double Distance(IFederatedOptimizer optimizer)
        {
            var state = new ServerState([0.0, 0.0], 2);
            for (var round = 0; round < 400; round++)
            {
                ClientUpdate[] updates =
                [
                    .. Enumerable
                        .Range(0, 2)
                        .Select(i => new ClientUpdate(
                            i,
                            0.5,
                            QuadraticClient.Train(optimizer, state, i, curvatures[i], centres[i], 20, 0.1),
                            20,
                            2
                        )),
                ];
                optimizer.Step(state, updates);
            }
            return Math.Sqrt(state.Parameters.Zip(optimum, (x, y) => (x - y) * (x - y)).Sum());
        }
        Assert.That(Distance(new FedDyn { Alpha = 1 }), Is.LessThan(1e-3));
        Assert.That(Distance(new FedAvg()), Is.GreaterThan(0.05));
        Assert.That(Distance(new Scaffold()), Is.LessThan(1e-3));
    }

    [Test]
    public void One_batch_of_all_clients_equals_their_single_steps()
    {
        LabeledData[] clients = [Rows("a", 300), Rows("b", 700), Rows("c", 45)];
        var pooled = Plain(new FedAdam { ServerRate = 0.05 }) with { Local = Steps(1, batch: 128) };
        var single = pooled with { Optimizer = new OneByOne(pooled.Optimizer) };
        Assert.That(Run(pooled, clients, 10), Is.EqualTo(Run(single, clients, 10)).Within(1e-5f));
    }

    [TestCaseSource(nameof(Optimizers))]
    public void Threads_and_a_restart_change_nothing(IFederatedOptimizer optimizer)
    {
        LabeledData[] clients = [Rows("a", 40), Rows("b", 70), Rows("c", 25)];
        var options = Plain(optimizer) with { Rounds = 6 };
        var expected = Run(options, clients, 6);
        Assert.That(Run(options with { Threads = 2 }, clients, 6), Is.EqualTo(expected));
        var folder = Directory.CreateTempSubdirectory("fl").FullName;
        try
        {
            var first = Training(options, clients);
            for (var round = 0; round < 4; round++)
            {
                first.Next();
            }
            first.SaveAsync(folder, default).GetAwaiter().GetResult();
            var second = Training(options, clients);
            second.RestoreAsync(new(4, folder)).GetAwaiter().GetResult();
            second.Next();
            second.Next();
            Assert.That(second.Parameters.Values.ToArray(), Is.EqualTo(expected));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_client_that_throws_is_left_out_and_named()
    {
        ILabeledBatchSource[] clients = [Rows("a", 30), new Broken(Rows("b", 30)), Rows("c", 60)];
        var training = new FederatedTraining(Model(), clients, Plain(new FedAvg()), RandomStream.Named("training"));
        var report = training.Next();
        Assert.That(report.Failed, Is.EqualTo(new[] { 1 }));
        Assert.That(report.Clients, Is.EqualTo(new[] { 0, 2 }));
        Assert.That(
            training.Parameters.Values.ToArray(),
            Is.EqualTo(Run(Plain(new FedAvg()) with { Answers = (_, i) => i != 1 }, [Rows("a", 30), Rows("b", 30), Rows("c", 60)], 1))
        );
    }

    [Test]
    public void Filters_make_messages_smaller_and_clip()
    {
        LabeledData[] clients = [Rows("a", 40), Rows("b", 40)];
        var plain = Training(Plain(new FedAvg()), clients).Next();
        var eight = Training(Plain(new FedAvg()) with { Filters = [new QuantizeFilter(8)] }, clients).Next();
        var tenth = Training(Plain(new FedAvg()) with { Filters = [new TopKFilter(0.1)] }, clients).Next();
        Assert.That(eight.BytesUp, Is.LessThan(0.5 * plain.BytesUp));
        Assert.That(tenth.BytesUp, Is.LessThan(0.5 * plain.BytesUp));
        Assert.That(eight.Parameters.Values.ToArray(), Is.EqualTo(plain.Parameters.Values.ToArray()).Within(0.02f));
        var clipped = new UpdateBuffer([3, 4]);
        new ClipFilter(1).Apply(clipped, RandomStream.Named("x"));
        Assert.That(clipped.Values.ToArray(), Is.EqualTo(new[] { 0.6f, 0.8f }).Within(1e-6f));
        var noisy = new UpdateBuffer(new float[20_000]);
        new NoiseFilter(2, 0.5).Apply(noisy, RandomStream.Named("noise"));
        Assert.That(Math.Sqrt(noisy.Values.ToArray().Average(value => (double)value * value)), Is.EqualTo(1).Within(0.03));
        var top = new UpdateBuffer([1, -3, 2, 0.5f]);
        new TopKFilter(0.5).Apply(top, RandomStream.Named("x"));
        Assert.That(top.Values.ToArray(), Is.EqualTo(new[] { 0f, -3, 2, 0 }));
        Assert.That(top.Bytes, Is.EqualTo(2 * (4 + 4)));
    }

    [Test]
    public void Batch_normalisation_is_averaged_kept_or_taken_from_one()
    {
        Torch.EnsureLoaded();
        using var model = new TorchClientModel(
            () =>
                TorchSharp.torch.nn.Sequential(("norm", TorchSharp.torch.nn.BatchNorm1d(8)), ("linear", TorchSharp.torch.nn.Linear(8, 4))),
            4
        );
        LabeledData[] clients = [Rows("a", 40), Rows("b", 80)];
        float[] Buffers(BatchNormMode mode)
        {
            var training = new FederatedTraining(model, clients, Plain(new FedAvg()) with { BatchNorm = mode }, RandomStream.Named("bn"));
            training.Next();
            return training.Parameters.Slice("norm.running_mean").ToArray();
        }
        var (average, local, first) = (Buffers(BatchNormMode.Average), Buffers(BatchNormMode.Local), Buffers(BatchNormMode.FirstClient));
        Assert.That(local, Is.All.Zero, "the global model has the buffers it began with");
        Assert.That(first, Is.Not.EqualTo(average).Within(1e-4f));
        Assert.That(average, Is.Not.All.Zero);
    }

    [Test]
    public void A_thousand_clients_fit_in_little_memory()
    {
        LabeledData[] clients = [.. Enumerable.Range(0, 1000).Select(i => Rows($"client {i}", 12))];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var training = Training(Plain(new FedAvg()), clients);
        training.Next();
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(200L << 20));
    }

    private static IEnumerable<IFederatedOptimizer> Optimizers => FederatedOptimizers.All;

    private static FlatClientModel Model() => new(new DenseModel(8, 5, 4));

    private static LabeledData Rows(string name, int count) =>
        new TanhMixture(RandomStream.Named("world"), new TanhMixtureOptions { Classes = 4, Features = 8 }).Generate(
            count,
            RandomStream.Named(name)
        );

    private static LocalTraining Steps(int steps, int batch = 10) =>
        new()
        {
            Steps = steps,
            BatchSize = batch,
            Schedule = LearningRateSchedule.Constant(0.1),
        };

    private static FederatedOptions Plain(IFederatedOptimizer optimizer) => new() { Optimizer = optimizer, Local = Steps(4) };

    private static FederatedTraining Training(FederatedOptions options, IReadOnlyList<LabeledData> clients) =>
        new(Model(), clients, options, RandomStream.Named("training"));

    private static float[] Run(FederatedOptions options, IReadOnlyList<LabeledData> clients, int rounds)
    {
        var training = Training(options, clients);
        for (var round = 0; round < rounds; round++)
        {
            training.Next();
        }
        return training.Parameters.Values.ToArray();
    }

    /// <summary>Hides that the mean suffices, so that each client's step is computed by itself: the plain way.</summary>
    private sealed class OneByOne(IFederatedOptimizer inner) : IFederatedOptimizer
    {
        public string Name => inner.Name;

        public void Step(ServerState state, IReadOnlyList<ClientUpdate> updates) => inner.Step(state, updates);
    }

    private sealed class Broken(LabeledData inner) : ILabeledBatchSource
    {
        public int Count => inner.Count;

        public int FeatureLength => inner.FeatureLength;

        public int ClassCount => inner.ClassCount;

        public void CopyBatch(ReadOnlySpan<int> indices, Span<float> features, Span<int> labels) =>
            throw new ClientFailedException("the disk of this client is gone");
    }
}
