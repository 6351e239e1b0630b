using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Federated.Tests.Iterative;

/// <summary>Every federated optimiser on clients with quadratic losses, in double precision, against the paper's own code.</summary>
public class ServerOptimizerGoldenTests
{
    [Test]
    public void Parameters_after_each_round([Range(0, 9)] int index)
    {
        using var golden = GoldenFiles.Json("fens", "server_optimisers.json");
        var test = golden.RootElement[index];
        var options = test.GetProperty("options");
        var rate = options.GetProperty("lr").GetDouble();
        var momentum = options.TryGetProperty("momentum", out var m) ? m.GetDouble() : 0;
        var optimizer = Optimizer(test.GetProperty("algorithm").GetString()!, options, momentum);
        var clients = test.GetProperty("N").GetInt32();
        var curvatures = test.GetProperty("H_diag").EnumerateArray().Select(row => row.Doubles()).ToArray();
        var centres = test.GetProperty("centres").EnumerateArray().Select(row => row.Doubles()).ToArray();
        var steps = test.GetProperty("local_steps").Ints();
        var weights = test.GetProperty("ratios").Doubles();
        var state = new ServerState(test.GetProperty("x0").Doubles(), clients);
        var tolerance = optimizer is FedNova ? 1e-7 : 1e-9;
        foreach (var expected in test.GetProperty("x_after_round").EnumerateArray())
        {
            var updates = Enumerable
                .Range(0, clients)
                .Select(client =>
                {
                    var after = QuadraticClient.Train(
                        optimizer,
                        state,
                        client,
                        curvatures[client],
                        centres[client],
                        steps[client],
                        rate,
                        momentum
                    );
                    return new ClientUpdate(client, weights[client], after, steps[client], steps[client] * rate);
                })
                .ToArray();
            optimizer.Step(state, updates);
            state.Round++;
            Assert.That(state.Parameters, Is.EqualTo(expected.Doubles()).Within(tolerance), $"round {state.Round}");
        }
    }

    private static IFederatedOptimizer Optimizer(string name, JsonElement options, double momentum) =>
        name switch
        {
            "FedAvg" => new FedAvg { ServerRate = options.GetProperty("slr").GetDouble() },
            "FedProx" => new FedProx { Mu = options.GetProperty("mu").GetDouble() },
            "FedAdam" => new FedAdam
            {
                ServerRate = options.GetProperty("slr").GetDouble(),
                Beta1 = options.GetProperty("gmf").GetDouble(),
            },
            "FedYogi" => new FedYogi
            {
                ServerRate = options.GetProperty("slr").GetDouble(),
                Beta1 = options.GetProperty("gmf").GetDouble(),
            },
            "Scaffold" => new Scaffold { ServerRate = options.GetProperty("slr").GetDouble() },
            "FedNova" => new FedNova { Momentum = momentum },
            _ => throw new ArgumentException($"The golden file names {name}, which is not known."),
        };
}
