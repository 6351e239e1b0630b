using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.OneShot;

/// <summary>Every aggregator against the operators of the paper's own code.</summary>
public class AggregatorGoldenTests
{
    private const double Tolerance = 1e-5;

    [TestCase("aggregators_a.json")]
    [TestCase("aggregators_b.json")]
    public void Fixed_rules(string file)
    {
        using var golden = GoldenFiles.Json("fens", file);
        var root = golden.RootElement;
        var z = Table(root, root.GetProperty("logits"));
        var statistics = new EnsembleStatistics(z.Clients, z.Outputs, root.GetProperty("label_counts").IntRows(), []);
        var average = new AverageAggregator().Create(statistics).Predict(z);
        Assert.That(average, Is.EqualTo(root.GetProperty("average_logits").Floats()).Within(Tolerance));
        Assert.That(Predictions.Of(average, z.Outputs), Is.EqualTo(root.GetProperty("average_pred").Ints()));
        var weighted = new WeightedAverageAggregator().Create(statistics).Predict(z);
        Assert.That(weighted, Is.EqualTo(root.GetProperty("weighted_logits_mean").Floats()).Within(Tolerance));
        Assert.That(Predictions.Of(weighted, z.Outputs), Is.EqualTo(root.GetProperty("weighted_pred").Ints()));
        var weights = WeightedAverageAggregator.Weights(statistics.LabelCounts);
        Assert.That(weights.Cast<double>(), Is.EqualTo(root.GetProperty("weights").Doubles()).Within(Tolerance));
    }

    [TestCase("aggregators_a.json")]
    [TestCase("aggregators_b.json")]
    public void Voting(string file)
    {
        using var golden = GoldenFiles.Json("fens", file);
        var root = golden.RootElement;
        var voting = root.GetProperty("voting");
        var proxy = Table(root, voting.GetProperty("proxy_logits"));
        var counts = EnsembleStatistics.CountVotes(proxy, voting.GetProperty("proxy_labels").Ints());
        var code = new VotingAggregator { NormaliseUnseenColumns = false, Exact = true };
        Assert.That(
            code.Competency(counts).SelectMany(own => own.Cast<double>()),
            Is.EqualTo(voting.GetProperty("competency").Doubles()).Within(1e-9)
        );
        var z = Table(root, root.GetProperty("logits"));
        var rule = code.Create(new EnsembleStatistics(z.Clients, z.Outputs, [], counts));
        Assert.That(Predictions.Of(rule.Predict(z), z.Outputs), Is.EqualTo(voting.GetProperty("pred").Ints()));
    }

    [TestCase("aggregators_a.json", "mlp_d2", "mlp")]
    [TestCase("aggregators_b.json", "mlp_d2", "mlp")]
    [TestCase("aggregators_a.json", "per_class_weights", "per-class-weights")]
    [TestCase("aggregators_b.json", "per_class_weights", "per-class-weights")]
    [TestCase("aggregators_a.json", "linear", "linear")]
    [TestCase("aggregators_b.json", "linear", "linear")]
    public void Trainable_aggregators_and_their_gradients(string file, string key, string name)
    {
        using var golden = GoldenFiles.Json("fens", file);
        var root = golden.RootElement;
        var own = root.GetProperty(key);
        var z = Table(root, root.GetProperty("logits"));
        var model = ((FlatClientModel)((ITrainableAggregator)Aggregators.Named(name)).CreateModel(z.Clients, z.Outputs, [])).Model;
        float[] parameters = [.. own.GetProperty("params").EnumerateObject().SelectMany(tensor => tensor.Value.Floats())];
        Assert.That(parameters, Has.Length.EqualTo(own.GetProperty("param_count").GetInt32()));
        Assert.That(model.Layout.Length, Is.EqualTo(parameters.Length));
        var pass = model.CreatePass(z.Rows);
        var logits = pass.Forward(parameters, z.Values, z.Rows).ToArray();
        Assert.That(logits, Is.EqualTo(own.GetProperty("out").Floats()).Within(Tolerance));
        var labels = own.GetProperty("labels").Ints();
        var gradients = (float[])logits.Clone();
        var loss = 0.0;
        for (var row = 0; row < z.Rows; row++)
        {
            var logitsOfRow = gradients.AsSpan(row * z.Outputs, z.Outputs);
            loss += SoftmaxLoss.Loss(logitsOfRow, labels[row]) / z.Rows;
            SoftmaxLoss.ToGradient(logitsOfRow, labels[row], 1f / z.Rows);
        }
        Assert.That(loss, Is.EqualTo(own.GetProperty("loss").GetDouble()).Within(Tolerance));
        var gradient = new float[parameters.Length];
        pass.Backward(parameters, z.Values, z.Rows, gradients, gradient);
        float[] expected = [.. own.GetProperty("grads").EnumerateObject().SelectMany(tensor => tensor.Value.Floats())];
        Assert.That(gradient, Is.EqualTo(expected).Within(Tolerance));
    }

    [Test]
    public void Mixing_of_experts()
    {
        using var golden = GoldenFiles.Json("fens", "moe_mix.json");
        var root = golden.RootElement;
        var (experts, classes) = (root.GetProperty("E").GetInt32(), root.GetProperty("K").GetInt32());
        Torch.EnsureLoaded();
        using var scope = TorchSharp.torch.NewDisposeScope();
        var gates = TorchSharp.torch.tensor(root.GetProperty("gate_softmax").Floats()).reshape(-1, experts);
        var logits = TorchSharp.torch.tensor(root.GetProperty("logits").Floats()).reshape(-1, experts, classes);
        var mixed = MixtureOfExpertsAggregator.Mix(gates, logits);
        Assert.That(mixed.data<float>().ToArray(), Is.EqualTo(root.GetProperty("out").Floats()).Within(Tolerance));
        using var gate = (TorchClientModel)new MixtureOfExpertsAggregator().CreateModel(experts, classes, [3, 32, 32]);
        Assert.That(gate.Layout.Length, Is.EqualTo(root.GetProperty("gate_param_count").GetInt32()));
    }

    [Test]
    public void Sizes()
    {
        using var golden = GoldenFiles.Json("fens", "model_sizes.json");
        var root = golden.RootElement;
        Assert.That(Count("mlp", 20, 10), Is.EqualTo(root.GetProperty("SmallNN_20x10_d2").GetInt32()));
        Assert.That(
            new MlpAggregator(4).CreateModel(20, 10, []).Layout.Length,
            Is.EqualTo(root.GetProperty("SmallNN_20x10_d4").GetInt32())
        );
        Assert.That(Count("per-class-weights", 20, 100), Is.EqualTo(root.GetProperty("WeightedNN_20x100").GetInt32()));
        Assert.That(Count("linear", 20, 10), Is.EqualTo(root.GetProperty("Linear_20").GetInt32()));
        Assert.That(Count("moe", 20, 10), Is.EqualTo(root.GetProperty("FederatedMoE_20").GetInt32()));
        Assert.That(Count("moe-per-class", 20, 100), Is.EqualTo(root.GetProperty("FederatedMoE2_20x100").GetInt32()));
    }

    [Test]
    public void First_weights_follow_xaviers_bound()
    {
        var linear = new LinearAggregator().CreateModel(20, 10, []).Initialize(RandomStream.Named("bound"));
        Assert.That(linear.Slice("weights").ToArray().Select(Math.Abs), Is.All.LessThanOrEqualTo(Math.Sqrt(6.0 / 21)));
        Assert.That(linear.Slice("bias")[0], Is.EqualTo(1));
        var perClass = new PerClassWeightsAggregator().CreateModel(20, 10, []).Initialize(RandomStream.Named("bound"));
        Assert.That(perClass.Values.ToArray().Select(Math.Abs), Is.All.LessThanOrEqualTo(Math.Sqrt(6.0 / 30)));
    }

    private static int Count(string name, int clients, int classes)
    {
        var model = ((ITrainableAggregator)Aggregators.Named(name)).CreateModel(clients, classes, [3, 32, 32]);
        using (model as IDisposable)
        {
            return model.Layout.Length;
        }
    }

    private static LogitTable Table(JsonElement root, JsonElement values) =>
        new(root.GetProperty("M").GetInt32(), root.GetProperty("K").GetInt32(), values.Floats());
}
