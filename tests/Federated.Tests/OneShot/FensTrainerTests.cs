using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.OneShot;

/// <summary>Both phases on small clients: determinism, resume, failures, what may be read, and what is refused.</summary>
public class FensTrainerTests
{
    [Test]
    public async Task One_or_two_threads_give_the_same_bits()
    {
        var one = await Train(Options() with { Threads = 1 });
        var two = await Train(Options() with { Threads = 2 });
        Assert.That(Lambda(two), Is.EqualTo(Lambda(one)));
        Assert.That(two.History, Is.EqualTo(one.History));
        Assert.That(Lambda(await Train(Options())), Is.EqualTo(Lambda(one)), "and again");
    }

    [Test]
    public async Task Fens_beats_every_fixed_rule_where_labels_are_skewed()
    {
        var world = new TanhMixture(RandomStream.Named("world"), new TanhMixtureOptions { Classes = 6, Features = 16 });
        var rows = world.Generate(1500, RandomStream.Named("rows"));
        var test = world.Generate(600, RandomStream.Named("test"));
        var partition = new BalancedDirichletPartitioner(0.05).Divide(rows.Labels, 6, 8, RandomStream.Named("partition"));
        var result = await new FensTrainer(Options() with { Training = new() { Rounds = 300 } }).TrainAsync(
            FederatedClient.Of(partition.Of(rows)),
            new FlatClientModel(new DenseModel(16, 16, 6)),
            RandomStream.Named("fens")
        );
        var z = result.Ensemble.Logits(test);
        double Accuracy(IEnsembleRule rule) => Predictions.Accuracy(rule.Predict(z), z.Outputs, test.Labels);
        var best = Aggregators.All.OfType<IFixedAggregator>().Max(rule => Accuracy(rule.Create(result.Statistics)));
        Assert.That(Accuracy(result.Rule), Is.GreaterThan(best + 0.02));
    }

    [Test]
    public async Task An_interrupted_job_goes_on_bit_for_bit([Values(0, 1, 7, 23)] int after)
    {
        var whole = await Train(Options());
        var folder = Directory.CreateTempSubdirectory("fens-resume").FullName;
        try
        {
            using var cancel = new CancellationTokenSource();
            var progress = new Immediate(step =>
            {
                if (step.Phase == "aggregation" && step.Done > after || after == 0 && step.Phase == "ensemble")
                {
                    cancel.Cancel();
                }
            });
            Assert.That(
                async () => await Train(Options(), new FensCheckpoints(folder, "inputs"), progress, cancel.Token),
                Throws.InstanceOf<OperationCanceledException>()
            );
            Assert.That(Directory.EnumerateFiles(folder, "*.npz", SearchOption.AllDirectories), Is.Not.Empty, "the last checkpoint stays");
            var resumed = await Train(Options(), new FensCheckpoints(folder, "inputs"));
            Assert.That(Lambda(resumed), Is.EqualTo(Lambda(whole)));
            Assert.That(
                async () => await Train(Options(), new FensCheckpoints(folder, "others")),
                Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo("RK3005")
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Clients_that_fail_in_a_round_are_left_out_of_it()
    {
        var options = Options() with
        {
            Training = new() { Rounds = 20, Answers = (round, client) => client != 2 || round % 2 == 0 },
        };
        var result = await Train(options);
        Assert.That(result.Failures, Is.EqualTo(Enumerable.Range(1, 20).Select(round => round % 2)));
        Assert.That(
            async () =>
                await Train(
                    Options() with
                    {
                        Training = new()
                        {
                            Rounds = 3,
                            MinClients = 2,
                            Answers = (_, client) => client == 0,
                        },
                    }
                ),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(FederatedErrors.TooFewClients)
        );
    }

    [Test]
    public async Task Ledger_counts_what_messages_weigh()
    {
        var result = await Train(Options());
        var model = ((TrainedMember)result.Ensemble.Members[0]).Parameters;
        var clients = result.Ensemble.Members.Count;
        var up = ModelMessage.Write(model).Length;
        var down = Int8Model.Of(model).Write().Length;
        var aggregator = ModelMessage.Write(((LearnedRule)result.Rule).Parameters).Length;
        Assert.That(result.Ledger.Of(null, FensPhases.Upload).BytesUp, Is.EqualTo((long)clients * up));
        Assert.That(result.Ledger.Of(null, FensPhases.Ensemble).BytesUp, Is.EqualTo((long)clients * clients * down));
        Assert.That(result.Ledger.Of(null, FensPhases.Aggregation).BytesUp, Is.EqualTo(2L * clients * 25 * aggregator));
        Assert.That(
            result.Ledger.Total.BytesUp,
            Is.EqualTo((long)clients * up + (long)clients * clients * down + 2L * clients * 25 * aggregator)
        );
        Assert.That(
            result.Ledger.Formulas().Select(formula => formula.Ratio),
            Is.All.GreaterThanOrEqualTo(1.0),
            "headers and scales come on top"
        );
        Assert.That(result.Warnings.Select(warning => warning.Kind), Does.Contain(FensWarningKind.AggregatorTraffic));
    }

    [Test]
    public async Task No_test_row_is_read()
    {
        var rows = World().Generate(400, RandomStream.Named("rows"));
        var guard = new RowGuard(rows, [.. Enumerable.Range(300, 100)]);
        var partition = new IidPartitioner().Divide(new int[300], 4, 4, RandomStream.Named("iid"));
        LabeledData[] clients = [.. Enumerable.Range(0, 4).Select(client => guard.Data.Subset(partition.RowsOf(client)))];
        var result = await new FensTrainer(Options() with { Selection = LocalSelection.BestOnValidation }).TrainAsync(
            FederatedClient.Of(clients),
            Model(),
            RandomStream.Named("fens")
        );
        var test = guard.Data.Subset([.. Enumerable.Range(300, 100)]);
        Assert.That(() => result.Ensemble.Logits(test), Throws.TypeOf<ForbiddenRowException>(), "the guard works");
        using (guard.Allow())
        {
            Assert.That(result.Ensemble.Logits(test).Rows, Is.EqualTo(100));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void The_two_parts_are_disjoint_and_of_the_stated_size(bool perClass)
    {
        var data = World().Generate(137, RandomStream.Named("rows"));
        var split = ClientSplit.Of(data, 0.1, perClass, RandomStream.Named("split"));
        Assert.That(split.Training.Count + split.Proxy.Count, Is.EqualTo(137));
        var expected = perClass ? data.ClassCounts().Sum(count => count / 10) : 13;
        Assert.That(split.Proxy.Count, Is.EqualTo(expected));
        HashSet<string> Rows(LabeledData part) =>
            [
                .. Enumerable
                    .Range(0, part.Count)
                    .Select(row =>
                    {
                        var x = new float[part.FeatureLength];
                        part.CopyRow(row, x);
                        return string.Join(' ', x);
                    }),
            ];
        Assert.That(Rows(split.Training).Overlaps(Rows(split.Proxy)), Is.False);
    }

    [Test]
    public void Without_any_proxy_row_nothing_is_trained()
    {
        var clients = FederatedClient.Of([World().Generate(9, RandomStream.Named("a")), World().Generate(5, RandomStream.Named("b"))]);
        Assert.That(
            async () => await new FensTrainer(Options()).TrainAsync(clients, new NeverTrained(), RandomStream.Named("fens")),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(FederatedErrors.NoProxyRows)
        );
    }

    [Test]
    public async Task A_client_without_proxy_rows_and_a_class_without_any_are_warned_of()
    {
        var few = World().Generate(5, RandomStream.Named("few"));
        var noClass3 = World().Generate([.. Enumerable.Range(0, 90).Select(i => i % 3)], RandomStream.Named("three"));
        var result = await new FensTrainer(Options()).TrainAsync(FederatedClient.Of([few, noClass3]), Model(), RandomStream.Named("fens"));
        Assert.That(result.Warnings.Single(w => w.Kind == FensWarningKind.NoProxyRows).Message, Does.Contain("client 0"));
        Assert.That(result.Warnings.Single(w => w.Kind == FensWarningKind.ClassWithoutProxy).Message, Does.Contain("Class 3"));
    }

    [Test]
    public async Task A_model_that_is_not_finite_is_named_or_dropped()
    {
        var clients = Clients();
        var splits = ClientSplit.OfAll([.. clients.Select(client => client.Data)], 0.1, false, RandomStream.Named("split"));
        var trainer = new FensTrainer(Options());
        var models = trainer.TrainLocally(splits, Model(), RandomStream.Named("locals"));
        models[1].Slice("1.weight")[0] = float.NaN;
        Assert.That(
            async () => await trainer.AggregateAsync(clients, splits, Model(), models, RandomStream.Named("a")),
            Throws
                .TypeOf<ResearchKitException>()
                .With.Property("Code")
                .EqualTo(FederatedErrors.LogitsNotFinite)
                .And.Message.Contains("client 1")
                .And.Message.Contains("1.weight")
        );
        var dropping = new FensTrainer(Options() with { OnNonFinite = NonFinitePolicy.Drop });
        var result = await dropping.AggregateAsync(clients, splits, Model(), models, RandomStream.Named("a"));
        Assert.That(result.Members, Is.EqualTo(new[] { 0, 2, 3 }));
        Assert.That(result.Warnings.Single(w => w.Kind == FensWarningKind.ClientDropped).Message, Does.Contain("client 1"));
    }

    [Test]
    public void Clients_that_differ_are_both_named()
    {
        var other = new TanhMixture(RandomStream.Named("w"), new TanhMixtureOptions { Classes = 5, Features = 8 });
        var clients = FederatedClient.Of([World().Generate(50, RandomStream.Named("a")), other.Generate(50, RandomStream.Named("b"))]);
        Assert.That(
            async () => await new FensTrainer(Options()).TrainAsync(clients, Model(), RandomStream.Named("fens")),
            Throws
                .ArgumentException.With.Message.Contains("client 0 has 8 features and 4 classes")
                .And.Message.Contains("client 1 has 8 and 5")
        );
        Assert.That(
            () =>
                new Ensemble([
                    new TrainedMember("a", Model(), Model().Initialize(RandomStream.Named("a"))),
                    new TrainedMember(
                        "b",
                        new FlatClientModel(new DenseModel(8, 3)),
                        new DenseModel(8, 3).Initialize(RandomStream.Named("b"))
                    ),
                ]),
            Throws.ArgumentException.With.Message.Contains("a gives 4 logits").And.Message.Contains("b gives 3")
        );
    }

    [Test]
    public void Partitions_that_cannot_be_are_refused()
    {
        Assert.That(() => new BalancedDirichletPartitioner(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new BalancedDirichletPartitioner(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        var labels = new int[10];
        Assert.That(
            () => new BalancedDirichletPartitioner(1).Divide(labels, 2, 11, RandomStream.Named("x")),
            Throws.TypeOf<ArgumentOutOfRangeException>()
        );
        int[] skewed = [.. Enumerable.Range(0, 400).Select(i => i % 10)];
        Assert.That(
            () => new BalancedDirichletPartitioner(0.001) { MaxAttempts = 5 }.Divide(skewed, 10, 20, RandomStream.Named("x")),
            Throws.TypeOf<PartitionException>().With.Property("Attempts").EqualTo(5)
        );
    }

    private static TanhMixture World() => new(RandomStream.Named("world"), new TanhMixtureOptions { Classes = 4, Features = 8 });

    private static FlatClientModel Model() => new(new DenseModel(8, 6, 4));

    private static IReadOnlyList<FederatedClient> Clients() =>
        FederatedClient.Of(World().GenerateClients(4, 80, RandomStream.Named("clients"), alpha: 0.5));

    private static FensOptions Options() =>
        new()
        {
            Local = new() { Epochs = 4, Schedule = LearningRateSchedule.Constant(0.2) },
            Training = new() { Rounds = 25 },
        };

    private static Task<FensResult> Train(
        FensOptions options,
        FensCheckpoints? checkpoints = null,
        IProgress<FensProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => new FensTrainer(options).TrainAsync(Clients(), Model(), RandomStream.Named("fens"), checkpoints, progress, cancellationToken);

    private static float[] Lambda(FensResult result) => ((LearnedRule)result.Rule).Parameters.Values.ToArray();

    private sealed class Immediate(Action<FensProgress> act) : IProgress<FensProgress>
    {
        public void Report(FensProgress value) => act(value);
    }

    private sealed class NeverTrained : IClientModel
    {
        public int Outputs => 4;

        public ParameterLayout Layout => Model().Layout;

        public ParameterVector Initialize(RandomStream random) => throw new AssertionException("training was begun");

        public LocalResult Train(LocalTask task, LocalTraining training, CancellationToken cancellationToken = default) =>
            throw new AssertionException("training was begun");

        public void Logits(
            ParameterVector parameters,
            ILabeledBatchSource data,
            Span<float> logits,
            CancellationToken cancellationToken = default
        ) => throw new AssertionException("training was begun");
    }
}
