using ResearchKit.Goldens;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace ResearchKit.Core.Tests.Learning;

[NonParallelizable]
public class TrainerTests
{
    private static readonly Blobs Data = new(120, 8, 3);
    private static readonly Blobs Fresh = new(90, 8, 3, "fresh");

    [OneTimeSetUp]
    public void LoadTorch() => Torch.EnsureLoaded();

    private static torch.nn.Module<torch.Tensor, torch.Tensor> Model(string name = "model")
    {
        var model = Sequential(("0", Linear(8, 16)), ("a", ReLU()), ("1", Linear(16, 3)));
        Initializers.Initialize(model, RandomStream.Named(name));
        return model;
    }

    private static float[] Train(
        TrainingOptions options,
        string stream = "train",
        torch.nn.Module<torch.Tensor, torch.Tensor>? model = null
    )
    {
        using var own = model ?? Model();
        new Trainer(options).Train(own, Data, RandomStream.Named(stream));
        return [.. ParameterVector.Of(own).Values];
    }

    // The plain network on the same batches is the reference of the whole loop.
    [Test]
    public void It_is_the_plain_loop()
    {
        var options = new TrainingOptions
        {
            Epochs = 3,
            BatchSize = 25,
            Optimizer = new() { Momentum = 0.9, WeightDecay = 0.01 },
            Schedule = LearningRateSchedule.Cosine(0.1, 15, 0.01, SchedulePer.Batch),
        };
        var losses = new List<double>();
        var trained = Train(options with { StepHook = step => losses.Add(step.Loss) });

        var network = new DenseNetwork([8, 16, 3]);
        var vector = network.Initialize(RandomStream.Named("model"));
        var order = new BatchOrder(120, 25, RandomStream.Named("train").Split("batches"));
        var workspace = network.CreateWorkspace(25);
        var (gradient, velocity) = (new float[network.ParameterCount], new float[network.ParameterCount]);
        for (var step = 0; step < 15; step++)
        {
            var rows = order.Next();
            var (features, labels) = (new float[rows.Length * 8], new int[rows.Length]);
            Data.CopyBatch(rows, features, labels);
            Assert.That(
                losses[step],
                Is.EqualTo(network.LossAndGradient(vector.Values, features, labels, gradient, workspace)).Within(1e-5)
            );
            DenseNetwork.SgdStep(vector.Values, gradient, options.Schedule.At(new(step, step / 5, 5)), velocity, 0.9, 0.01);
        }
        Assert.That(losses, Has.Count.EqualTo(15));
        Assert.That(trained, Is.EqualTo(vector.Values.ToArray()).Within(1e-5));
    }

    [Test]
    public void Equal_streams_give_equal_models_whatever_the_global_generator_does()
    {
        var options = new TrainingOptions { Epochs = 2, BatchSize = 16 };
        var first = Train(options);
#pragma warning disable RS0030 // the point of the test: another state of the generator that all share
        torch.random.manual_seed(99);
#pragma warning restore RS0030
        Assert.That(Train(options), Is.EqualTo(first));
        Assert.That(Train(options, "other"), Is.Not.EqualTo(first));
    }

    [TestCase(OptimizerKind.Sgd, 0.1)]
    [TestCase(OptimizerKind.Adam, 0.01)]
    [TestCase(OptimizerKind.AdamW, 0.01)]
    public void It_learns(OptimizerKind kind, double rate)
    {
        using var model = Model();
        var before = Evaluation.Evaluate(model, Fresh);
        var result = new Trainer(
            new()
            {
                Epochs = 20,
                Optimizer = new() { Kind = kind },
                Schedule = LearningRateSchedule.Constant(rate),
            }
        ).Train(model, Data, RandomStream.Named("learn"));
        var after = Evaluation.Evaluate(model, Fresh);
        Assert.That(after.Accuracy, Is.GreaterThan(0.9));
        Assert.That(after.Loss, Is.LessThan(before.Loss / 2));
        Assert.That(result.Steps, Is.EqualTo(80));
        Assert.That(result.LastEpochLoss, Is.LessThan(before.Loss / 2));
    }

    // FedProx's pull is the gradient of mu/2 ||x - x0||^2: the hook must equal a loss that has the term.
    [Test]
    public void A_gradient_hook_is_a_term_of_the_loss()
    {
        var start = new DenseNetwork([8, 16, 3]).Initialize(RandomStream.Named("reference"));
        var options = new TrainingOptions
        {
            Epochs = 1,
            BatchSize = 30,
            Schedule = LearningRateSchedule.Constant(0.1),
        };
        ParameterVector? reference = null;
        var hooked = Train(
            options with
            {
                GradientHook = step =>
                {
                    reference ??= new ParameterVector(step.Layout, [.. start.Values]);
                    step.AddParameters(0.5);
                    step.Add(-0.5, reference);
                },
            }
        );
        using var model = Model();
        var pulled = Train(
            options with
            {
                Loss = (outputs, labels) =>
                {
                    var loss = torch.nn.functional.cross_entropy(outputs, labels);
                    foreach (var (name, parameter) in model.named_parameters())
                    {
                        loss =
                            loss + 0.25 * (parameter - torch.tensor(start.Slice(name).ToArray()).reshape(parameter.shape)).square().sum();
                    }
                    return loss;
                },
            },
            model: model
        );
        Assert.That(hooked, Is.EqualTo(pulled).Within(1e-5));
        Assert.That(hooked, Is.Not.EqualTo(Train(options)).Within(1e-3));
    }

    [Test]
    public void A_clipped_gradient_moves_no_farther_than_rate_times_norm()
    {
        using var model = Model();
        var before = ParameterVector.Of(model);
        var options = new TrainingOptions
        {
            Steps = 1,
            ClipNorm = 1e-3,
            Schedule = LearningRateSchedule.Constant(1),
        };
        new Trainer(options).Train(model, Data, RandomStream.Named("train"));
        Assert.That(ParameterVector.Of(model).Distance(before), Is.EqualTo(1e-3).Within(1e-5));
    }

    [Test]
    public void The_best_epoch_by_validation_is_kept_the_first_of_equals()
    {
        using var model = Model();
        var states = new List<float[]>();
        var options = new TrainingOptions
        {
            Epochs = 12,
            Schedule = LearningRateSchedule.Constant(1.5),
            Choice = ModelChoice.BestAccuracy,
            Validation = Fresh,
            StepHook = step =>
            {
                if (step.Position.Step % step.Position.StepsPerEpoch == step.Position.StepsPerEpoch - 1)
                {
                    states.Add([.. ParameterVector.Of(model).Values]);
                }
            },
        };
        var result = new Trainer(options).Train(model, Data, RandomStream.Named("validated"));
        var accuracies = result.Validations.Select(v => v.Accuracy).ToList();
        Assert.That(accuracies, Has.Count.EqualTo(12));
        Assert.That(result.ChosenEpoch, Is.EqualTo(accuracies.IndexOf(accuracies.Max())));
        Assert.That(ParameterVector.Of(model).Values.ToArray(), Is.EqualTo(states[result.ChosenEpoch]));
        Assert.That(
            () => new Trainer(new() { Choice = ModelChoice.BestLoss }),
            Throws.ArgumentException.With.Message.Contains("Validation")
        );
    }

    [Test]
    public void It_stops_at_the_next_step_and_leaves_nothing_behind()
    {
        using var model = Model();
        var cancel = new CancellationTokenSource();
        var steps = 0;
        var options = new TrainingOptions
        {
            Epochs = 100,
            StepHook = _ =>
            {
                if (++steps == 7)
                {
                    cancel.Cancel();
                }
            },
        };
        LiveTensors.AssertNoLeak(() =>
        {
            cancel = new CancellationTokenSource();
            steps = 0;
            Assert.That(
                () => new Trainer(options).Train(model, Data, RandomStream.Named("c"), cancel.Token),
                Throws.InstanceOf<OperationCanceledException>()
            );
        });
        Assert.That(steps, Is.EqualTo(7));
        LiveTensors.AssertNoLeak(() =>
        {
            new Trainer(
                new()
                {
                    Epochs = 2,
                    BatchSize = 50,
                    Optimizer = new() { Kind = OptimizerKind.Adam },
                    ClipNorm = 1,
                    GradientHook = step => step.AddParameters(0.1),
                    Choice = ModelChoice.BestLoss,
                    Validation = Fresh,
                }
            ).Train(model, Data, RandomStream.Named("leak"));
        });
    }

    [Test]
    public void Evaluation_counts_each_class_and_takes_the_smallest_of_equals()
    {
        using var model = Model();
        using (torch.no_grad())
        {
            foreach (var parameter in model.parameters())
            {
                parameter.zero_();
            }
        }
        var result = Evaluation.Evaluate(model, Data, batchSize: 7);
        Assert.That(result.CorrectPerClass, Is.EqualTo([40, 0, 0]));
        Assert.That(result.CountPerClass, Is.EqualTo([40, 40, 40]));
        Assert.That(result.Loss, Is.EqualTo(Math.Log(3)).Within(1e-6));
        Assert.That(result.Accuracy, Is.EqualTo(1 / 3.0).Within(1e-12));

        var network = new DenseNetwork([8, 16, 3]);
        var vector = network.Initialize(RandomStream.Named("same"));
        vector.CopyTo(model);
        var plain = Evaluation.Evaluate(network, vector.Memory, Data);
        var torchs = Evaluation.Evaluate(model, Data);
        Assert.That(plain.CorrectPerClass, Is.EqualTo(torchs.CorrectPerClass));
        Assert.That(plain.Loss, Is.EqualTo(torchs.Loss).Within(1e-5));
        Assert.That(
            () => Evaluation.Evaluate(new DenseNetwork([8, 4]), new float[36], Data),
            Throws.ArgumentException.With.Message.Contains("3 classes")
        );
    }

    [Test]
    public void Images_are_transformed_on_the_way()
    {
        using var model = Sequential(("conv", Conv2d(1, 2, 3)), ("flat", Flatten()), ("out", Linear(8, 3)));
        Initializers.Initialize(model, RandomStream.Named("conv"));
        var images = new Blobs(40, 36, 3);
        var transforms = new ImageTransforms(new(1, 6, 6), ImageTransform.RandomCrop(4, 4, 1), ImageTransform.RandomFlip());
        var options = new TrainingOptions { InputShape = [1, 4, 4], Transforms = transforms };
        var result = new Trainer(options).Train(model, images, RandomStream.Named("images"));
        Assert.That(result.LastEpochLoss, Is.GreaterThan(0).And.LessThan(10));
        Assert.That(
            () => new Trainer(options with { InputShape = [1, 6, 6] }).Train(model, images, RandomStream.Named("images")),
            Throws.ArgumentException.With.Message.Contains("16 features")
        );
    }
}
