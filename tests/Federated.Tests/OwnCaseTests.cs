using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Federated.Tests.Iterative;

namespace ResearchKit.Federated.Tests;

/// <summary>Small cases of our own, computed by numpy and PyTorch (Goldens/fens_own_cases.py): they need no shared folder.</summary>
public class OwnCaseTests
{
    private static readonly JsonElement Cases = JsonDocument.Parse(Resource("fens_own_cases.json")).RootElement;

    [Test]
    public void Weighted_average_with_a_class_that_nobody_holds()
    {
        var rule = new WeightedAverageAggregator().Create(Statistics([]));
        Assert.That(rule.Predict(Z()), Is.EqualTo(Cases.GetProperty("weighted").Floats()).Within(1e-6f));
    }

    [Test]
    public void Votes_with_a_class_without_proxy_rows()
    {
        int[][,] votes =
        [
            .. Cases
                .GetProperty("votes")
                .EnumerateArray()
                .Select(client =>
                {
                    var rows = client.IntRows();
                    var counts = new int[rows.Length, rows.Length];
                    for (var t = 0; t < rows.Length; t++)
                    {
                        for (var p = 0; p < rows.Length; p++)
                        {
                            counts[t, p] = rows[t][p];
                        }
                    }
                    return counts;
                }),
        ];
        var rule = new VotingAggregator().Create(Statistics(votes));
        Assert.That(Predictions.Of(rule.Predict(Z()), 4), Is.EqualTo(Cases.GetProperty("vote_winner").Ints()));
    }

    [TestCase("fedadam")]
    [TestCase("feddyn")]
    [TestCase("scaffold_weighted")]
    public void Rounds_on_quadratic_clients(string name)
    {
        IFederatedOptimizer optimizer = name switch
        {
            "fedadam" => new FedAdam { ServerRate = 0.05 },
            "feddyn" => new FedDyn { Alpha = 0.4 },
            _ => new Scaffold { WeightedControl = true },
        };
        var curvatures = Cases.GetProperty("curvature").EnumerateArray().Select(row => row.Doubles()).ToArray();
        var centres = Cases.GetProperty("centre").EnumerateArray().Select(row => row.Doubles()).ToArray();
        var weights = Cases.GetProperty("ratios").Doubles();
        var state = new ServerState([0.2, -0.1], 2);
        foreach (var expected in Cases.GetProperty(name).EnumerateArray())
        {
            ClientUpdate[] updates =
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(i => new ClientUpdate(
                        i,
                        weights[i],
                        QuadraticClient.Train(optimizer, state, i, curvatures[i], centres[i], 4, 0.1),
                        4,
                        0.4
                    )),
            ];
            optimizer.Step(state, updates);
            state.Round++;
            Assert.That(state.Parameters, Is.EqualTo(expected.Doubles()).Within(1e-11));
        }
    }

    [Test]
    public void An_exported_model_gives_the_logits_of_its_framework()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{TestContext.CurrentContext.Test.ID}.onnx");
        File.WriteAllBytes(path, Resource("linear.onnx"));
        try
        {
            using var member = new OnnxMember(path);
            Assert.That((member.Features, member.Outputs), Is.EqualTo((5, 3)));
            var rows = LabeledData.Of(Cases.GetProperty("onnx_rows").Floats(), [0, 1, 2, 0]);
            var logits = new float[12];
            member.Logits(rows, logits);
            Assert.That(logits, Is.EqualTo(Cases.GetProperty("onnx_logits").Floats()).Within(1e-5f));
            Assert.That(() => member.Logits(LabeledData.Of(new float[4], [0]), new float[3]), Throws.ArgumentException);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void A_file_that_is_no_model_is_named()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{TestContext.CurrentContext.Test.ID}.onnx");
        File.WriteAllText(path, "no model");
        try
        {
            Assert.That(
                () => new OnnxMember(path),
                Throws
                    .TypeOf<ResearchKitException>()
                    .With.Property("Code")
                    .EqualTo(FederatedErrors.ModelNotUsable)
                    .And.Message.Contains(path)
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static LogitTable Z() => new(3, 4, Cases.GetProperty("z").Floats());

    private static EnsembleStatistics Statistics(int[][,] votes) => new(3, 4, Cases.GetProperty("label_counts").IntRows(), votes);

    private static byte[] Resource(string name)
    {
        using var stream = typeof(OwnCaseTests).Assembly.GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
