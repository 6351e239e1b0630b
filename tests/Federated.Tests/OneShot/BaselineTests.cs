using ResearchKit.Data;
using ResearchKit.Goldens;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.OneShot;

/// <summary>The one-shot methods of others: that they learn, that they are repeatable, and what their sources say of details.</summary>
[NonParallelizable]
public class BaselineTests
{
    private static readonly TanhMixture World = new(RandomStream.Named("world"), new TanhMixtureOptions { Classes = 4, Features = 12 });

    private static readonly LabeledData Test = World.Generate(400, RandomStream.Named("test"));

    [Test]
    public void Logits_are_cut_towards_zero_as_published()
    {
        // Of a largest magnitude of 100 a hundredth is 1: -3.2 + 0.5 is cut to -2, 3.2 + 0.5 to 3.
        float[] values = [100, -3.2f, 3.2f, -0.4f];
        FedKd.Quantize(values);
        Assert.That(values, Is.EqualTo(new[] { 100, -2, 3, 0f }).Within(1e-5f));
    }

    [TestCase(DistillationLoss.KullbackLeibler)]
    [TestCase(DistillationLoss.AbsoluteLogits)]
    public void A_student_learns_its_teacher(DistillationLoss loss)
    {
        var model = Model();
        var teacher = Trained(model, "teacher");
        var rows = World.Generate(1500, RandomStream.Named("public"));
        var logits = new float[rows.Count * 4];
        model.Logits(teacher, rows, logits);
        var options = new DistillationOptions
        {
            Loss = loss,
            Steps = 1500,
            Schedule = LearningRateSchedule.Constant(0.01),
        };
        var student = new Distiller(options).Teach(
            model,
            model.Initialize(RandomStream.Named("student")),
            rows,
            logits,
            RandomStream.Named("d")
        );
        Assert.That(Accuracy(model, student), Is.GreaterThan(Accuracy(model, teacher) - 0.05));
    }

    [Test]
    public void Patience_ends_a_distillation_at_its_best_state()
    {
        var model = Model();
        var rows = World.Generate(200, RandomStream.Named("public"));
        var validation = World.Generate(100, RandomStream.Named("validation"));
        var options = new DistillationOptions
        {
            Steps = 4000,
            Validation = validation,
            ValidateEvery = 10,
            Patience = 50,
        };
        var student = new Distiller(options).Teach(model, Trained(model, "good"), rows, new float[800], RandomStream.Named("d"));
        Assert.That(
            Accuracy(model, student),
            Is.GreaterThan(0.5),
            "a teacher that knows nothing is left as soon as the student gets worse"
        );
    }

    [Test]
    public void Co_boosting_teaches_a_student_without_any_row()
    {
        var model = Model();
        ParameterVector[] clients = [.. Enumerable.Range(0, 3).Select(i => Trained(model, $"client {i}"))];
        var boosting = new CoBoosting(
            new()
            {
                Epochs = 12,
                BatchSize = 64,
                Range = (-1, 1),
            }
        );
        (ParameterVector Student, double[] Weights) Run() =>
            boosting.Train((DenseModel)model.Model, clients, model.Initialize(RandomStream.Named("student")), RandomStream.Named("boost"));
        var first = Run();
        Assert.That(Accuracy(model, first.Student), Is.GreaterThan(Accuracy(model, model.Initialize(RandomStream.Named("student"))) + 0.1));
        Assert.That(first.Weights, Is.All.InRange(0, 1));
        Assert.That(Run().Student.Values.ToArray(), Is.EqualTo(first.Student.Values.ToArray()), "the same again");
        LiveTensors.AssertNoLeak(() => Run(), parametersMade: 4 + 6 + 2);
    }

    [Test]
    public void Decoders_give_rows_of_the_classes_that_clients_have()
    {
        var clients = World.GenerateClients(3, 120, RandomStream.Named("clients"), alpha: 0.3);
        var cvae = new FedCvae(
            new()
            {
                Epochs = 40,
                Samples = 901,
                Range = (-1, 1),
            }
        );
        var drawn = cvae.Draw(clients, RandomStream.Named("cvae"));
        Assert.That(drawn.Count, Is.EqualTo(901));
        for (var k = 0; k < 4; k++)
        {
            if (clients.All(client => client.ClassCounts()[k] == 0))
            {
                Assert.That(drawn.ClassCounts()[k], Is.Zero);
            }
        }
        var model = Model();
        var classifier = model.Initialize(RandomStream.Named("classifier"));
        model.Train(
            new LocalTask(classifier, drawn, RandomStream.Named("x")),
            new() { Epochs = 20, Schedule = LearningRateSchedule.Constant(0.1) }
        );
        Assert.That(Accuracy(model, classifier), Is.GreaterThan(0.4), "guessing gives 0.25");
        LiveTensors.AssertNoLeak(() => cvae.Draw([clients[0].Subset([0, 1, 2, 3])], RandomStream.Named("cvae")), parametersMade: 4 + 4);
    }

    [Test]
    public void FedDF_begins_at_the_average_and_does_not_end_below_it()
    {
        var model = Model();
        var start = model.Initialize(RandomStream.Named("common"));
        ParameterVector[] clients = [.. Enumerable.Range(0, 3).Select(i => Trained(model, $"client {i}", start))];
        var rows = World.Generate(1000, RandomStream.Named("public"));
        var z = new Ensemble([.. clients.Select((own, i) => new TrainedMember($"{i}", model, own))]).Logits(rows);
        var options = FedDf.Defaults with { Steps = 500, Validation = World.Generate(200, RandomStream.Named("validation")) };
        double[] weights = [0.5, 0.25, 0.25];
        var student = new FedDf(options).Train(model, clients, weights, z, rows, RandomStream.Named("feddf"));
        var average = new ParameterVector(model.Layout);
        average.SetToWeightedSum(clients, weights);
        Assert.That(Accuracy(model, student), Is.GreaterThanOrEqualTo(Accuracy(model, average) - 0.02));
    }

    private static FlatClientModel Model() => new(new DenseModel(12, 10, 4));

    private static ParameterVector Trained(FlatClientModel model, string name, ParameterVector? start = null)
    {
        var parameters = start?.Clone() ?? model.Initialize(RandomStream.Named(name));
        model.Train(
            new LocalTask(parameters, World.Generate(400, RandomStream.Named("rows", name)), RandomStream.Named("order", name)),
            new() { Epochs = 20, Schedule = LearningRateSchedule.Constant(0.2) }
        );
        return parameters;
    }

    private static double Accuracy(FlatClientModel model, ParameterVector parameters)
    {
        var logits = new float[Test.Count * 4];
        model.Logits(parameters, Test, logits);
        return Predictions.Accuracy(logits, 4, Test.Labels);
    }
}
