using System.Text.Json;
using ResearchKit.Learning;
using ResearchKit.Metrics;
using TorchSharp;

namespace ResearchKit.Rag.Tests.Routing;

/// <summary>The router's parts against PyTorch and scikit-learn.</summary>
[NonParallelizable]
public class RouterGoldenTests
{
    [Test]
    public void The_scaler_is_scikit_learns()
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "router.json");
        JsonElement scaler = golden.RootElement.GetProperty("scaler");
        double[][] rows = Rows(scaler.GetProperty("X"));
        StandardScaler fitted = StandardScaler.Fit(rows.Length, rows[0].Length, (i, to) => rows[i].CopyTo(to));
        Assert.That(fitted.Mean, Is.EqualTo(Numbers(scaler.GetProperty("mean"))).Within(1e-9));
        Assert.That(fitted.Scale, Is.EqualTo(Numbers(scaler.GetProperty("scale"))).Within(1e-9));
        foreach ((double[] row, double[] scaled) in rows.Zip(Rows(scaler.GetProperty("Z"))))
        {
            double[] copy = [.. row];
            fitted.Apply(copy.AsSpan());
            Assert.That(copy, Is.EqualTo(scaled).Within(1e-9));
        }
    }

    [TestCase("mlp_no_pos_weight")]
    [TestCase("mlp_pos_weight")]
    public void Logits_losses_norms_and_five_steps_are_pytorchs(string name)
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "router.json");
        JsonElement mlp = golden.RootElement.GetProperty(name);
        Torch.EnsureLoaded();
        float[][] rows = [.. Rows(mlp.GetProperty("input")).Select(r => r.Select(v => (float)v).ToArray())];
        ParameterVector state = State(mlp.GetProperty("state_dict"), rows[0].Length, 8, 4);
        using RouterNetwork network = new(rows[0].Length, 8, 4, 0, RandomStream.Named("no dropout"));
        state.CopyTo(network);
        AssertLogits(network, rows, Numbers(mlp.GetProperty("logits")));
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.That(RouterWeights.Logit(state, rows[i]), Is.EqualTo(mlp.GetProperty("logits")[i].GetDouble()).Within(1e-5));
        }

        using torch.Tensor? weight = mlp.GetProperty("pos_weight") is { ValueKind: JsonValueKind.Number } w
            ? torch.tensor((float)w.GetDouble())
            : null;
        int[] labels = [.. Numbers(mlp.GetProperty("labels")).Select(l => (int)l)];
        JsonElement.ArrayEnumerator steps = mlp.GetProperty("steps").EnumerateArray();
        List<double> norms = [];
        List<TrainingStep> taken = [];
        new Trainer(
            new TrainingOptions
            {
                Optimizer = new OptimizerOptions { Kind = OptimizerKind.Adam, WeightDecay = 1e-5 },
                Schedule = new RouterTrainer().Schedule,
                Steps = 5,
                BatchSize = rows.Length,
                ClipNorm = 1,
                Loss = (logits, targets) => RouterNetwork.Loss(logits, targets, weight),
                GradientHook = _ =>
                {
                    double squares = 0;
                    foreach (var (_, parameter) in network.named_parameters())
                    {
                        using torch.Tensor gradient = parameter.grad!;
                        using torch.Tensor norm = gradient.norm();
                        squares += Math.Pow(norm.item<float>(), 2);
                    }
                    norms.Add(Math.Sqrt(squares));
                },
                StepHook = taken.Add,
            }
        ).Train(network, new RowsOf(rows, labels), RandomStream.Named("router golden"));
        Assert.That(taken.Select(s => s.Loss), Is.EqualTo(steps.Select(s => s.GetProperty("loss").GetDouble())).Within(1e-5));
        Assert.That(norms, Is.EqualTo(steps.Select(s => s.GetProperty("grad_norm_before_clip").GetDouble())).Within(1e-5));
        Assert.That(taken.Select(s => s.LearningRate), Is.EqualTo(steps.Select(s => s.GetProperty("lr_used").GetDouble())).Within(1e-12));
        AssertLogits(network, rows, Numbers(mlp.GetProperty("logits_after_5_steps")));
    }

    [Test]
    public void The_learning_rate_is_pytorchs()
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "router.json");
        double[] expected = Numbers(golden.RootElement.GetProperty("lr_schedule").GetProperty("lr_used_at_step"));
        LearningRateSchedule schedule = new RouterTrainer(new RouterTrainingOptions { DecayFromEpoch = 120 }).Schedule;
        Assert.That(
            Enumerable.Range(0, expected.Length).Select(step => schedule.At(new TrainingPosition(step, step, 1))),
            Is.EqualTo(expected).Within(1e-12)
        );
    }

    [Test]
    public void Youdens_threshold_and_the_strict_rule_are_the_references()
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "router.json");
        JsonElement youden = golden.RootElement.GetProperty("youden");
        bool[] labels = [.. Numbers(youden.GetProperty("labels")).Select(l => l > 0)];
        double[] scores = Numbers(youden.GetProperty("scores"));
        double threshold = RouterThreshold.Youden.Choose(labels, scores, 4);
        Assert.That(threshold, Is.EqualTo(youden.GetProperty("youden_threshold").GetDouble()));
        Assert.That(Classification.AreaUnderRoc(labels, scores), Is.EqualTo(youden.GetProperty("auc").GetDouble()).Within(1e-12));
        Assert.That(Classification.Youden(labels, scores).J, Is.EqualTo(youden.GetProperty("J").GetDouble()).Within(1e-12));
        BinaryCounts counts = RouterTrainer.Counts(labels, scores, threshold);
        Assert.That(
            new[] { counts.TruePositives, counts.FalsePositives, counts.FalseNegatives, counts.TrueNegatives },
            Is.EqualTo(new[] { "tp", "fp", "fn", "tn" }.Select(n => youden.GetProperty(n).GetInt64()))
        );
    }

    [Test]
    public void The_small_network_in_the_repository_agrees_too()
    {
        using Stream stream = typeof(RouterGoldenTests).Assembly.GetManifestResourceStream("router.json")!;
        using JsonDocument golden = JsonDocument.Parse(stream);
        double[][] rows = Rows(golden.RootElement.GetProperty("input"));
        ParameterVector state = State(golden.RootElement.GetProperty("state_dict"), rows[0].Length, 4, 3);
        Assert.That(
            rows.Select(r => (double)RouterWeights.Logit(state, [.. r.Select(v => (float)v)])),
            Is.EqualTo(Numbers(golden.RootElement.GetProperty("logits"))).Within(1e-5)
        );
    }

    private static void AssertLogits(RouterNetwork network, float[][] rows, double[] expected)
    {
        network.eval();
        using torch.Tensor input = torch.tensor(rows.SelectMany(r => r).ToArray(), [rows.Length, rows[0].Length]);
        using var noGrad = torch.no_grad();
        using torch.Tensor logits = network.forward(input);
        Assert.That(logits.data<float>().Select(v => (double)v), Is.EqualTo(expected).Within(1e-5));
        network.train();
    }

    private static ParameterVector State(JsonElement json, int inputs, int hidden1, int hidden2)
    {
        ParameterVector state = new(RouterWeights.Layout(inputs, hidden1, hidden2));
        foreach (JsonProperty tensor in json.EnumerateObject())
        {
            float[] values = [.. Flatten(tensor.Value)];
            values.CopyTo(state.Slice(tensor.Name));
        }
        return state;
    }

    private static IEnumerable<float> Flatten(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().SelectMany(Flatten) : [(float)json.GetDouble()];

    private static double[] Numbers(JsonElement json) => [.. json.EnumerateArray().Select(v => v.GetDouble())];

    private static double[][] Rows(JsonElement json) => [.. json.EnumerateArray().Select(Numbers)];

    private sealed class RowsOf(float[][] rows, int[] labels) : Data.ILabeledBatchSource
    {
        public int Count => rows.Length;

        public int FeatureLength => rows[0].Length;

        public int ClassCount => 2;

        public void CopyBatch(ReadOnlySpan<int> indices, Span<float> features, Span<int> to)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                rows[indices[i]].CopyTo(features[(i * FeatureLength)..]);
                to[i] = labels[indices[i]];
            }
        }
    }
}
