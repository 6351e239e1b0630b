using BenchmarkDotNet.Attributes;
using ResearchKit.Federated;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Benchmarks;

/// <summary>
/// The second phase of FENS at the paper's size (20 clients, 10 classes, d = 2, 500 rounds of one step on batches of 128): all clients as one batch in plain code, and the loop one would write with
/// autograd, client by client. One thread each.
/// </summary>
[SimpleJob(iterationCount: 3, warmupCount: 1)]
public class FensBenchmarks
{
    private const int Clients = 20;
    private const int Classes = 10;
    private const int RowsPerClient = 128;

    /// <summary>The rounds.</summary>
    [Params(500)]
    public int Rounds { get; set; } = 500;

    private ProxySet[] _proxies = [];

    [GlobalSetup]
    public void Make()
    {
        var random = RandomStream.Named("benchmark");
        _proxies =
        [
            .. Enumerable
                .Range(0, Clients)
                .Select(_ =>
                {
                    var values = new double[RowsPerClient * Clients * Classes];
                    random.FillGaussian(values);
                    int[] labels = [.. Enumerable.Range(0, RowsPerClient).Select(_ => random.NextInt(Classes))];
                    return new ProxySet(new LogitTable(Clients, Classes, [.. values.Select(value => (float)value)]), labels);
                }),
        ];
        Torch.SetThreads(1);
    }

    [Benchmark]
    public double OneBatchInPlainCode() =>
        new AggregatorTrainer(new MlpAggregator(), new() { Rounds = Rounds })
            .FitAsync(_proxies, null, RandomStream.Named("aggregator"))
            .GetAwaiter()
            .GetResult()
            .History[^1];

    [Benchmark(Baseline = true)]
    public double AutogradClientByClient()
    {
        var network = ((DenseModel)((FlatClientModel)new MlpAggregator().CreateModel(Clients, Classes, [])).Model).Network;
        using var module = torch.nn.Sequential(
            ("0", torch.nn.Linear(network.Sizes[0], network.Sizes[1])),
            ("relu", torch.nn.ReLU()),
            ("1", torch.nn.Linear(network.Sizes[1], network.Sizes[2]))
        );
        var layout = ParameterLayout.Of(module);
        var global = new ParameterVector(layout, network.Initialize(RandomStream.Named("init")).Values.ToArray());
        var state = new ServerState([.. global.Values.ToArray().Select(value => (double)value)], Clients);
        var optimizer = new FedAdam();
        var loss = 0.0;
        var inputs = Array.ConvertAll(_proxies, proxy => torch.tensor(proxy.Logits.Values).reshape(RowsPerClient, -1));
        var labels = Array.ConvertAll(_proxies, proxy => torch.tensor(Array.ConvertAll(proxy.Labels, label => (long)label)));
        for (var round = 0; round < Rounds; round++)
        {
            var updates = new ClientUpdate[Clients];
            for (var client = 0; client < Clients; client++)
            {
                using var scope = torch.NewDisposeScope();
                global.CopyTo(module);
                using var sgd = torch.optim.SGD(module.parameters(), 1);
                sgd.zero_grad();
                var error = torch.nn.functional.cross_entropy(module.forward(inputs[client]), labels[client]);
                error.backward();
                sgd.step();
                loss = error.item<float>();
                var after = new ParameterVector(layout);
                after.CopyFrom(module);
                updates[client] = new(client, 1.0 / Clients, Array.ConvertAll(after.Values.ToArray(), value => (double)value), 1, 1);
            }
            optimizer.Step(state, updates);
            for (var i = 0; i < global.Length; i++)
            {
                global.Values[i] = (float)state.Parameters[i];
            }
        }
        foreach (var tensor in inputs.Concat(labels))
        {
            tensor.Dispose();
        }
        return loss;
    }

    /// <summary>A client's training as in the experiments: 64-32-10, 190 rows, 20 epochs of batches of 16.</summary>
    [Benchmark]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "BenchmarkDotNet calls instance methods.")]
    public double LocalTraining() => TrainLocally(epochs: 20);

    /// <summary>Trains 64-32-10 on 1,920 made-up rows; for the comparison with PyTorch beside it.</summary>
    internal static double TrainLocally(int epochs, int rows = 190)
    {
        var random = RandomStream.Named("local");
        var features = new double[rows * 64];
        random.FillGaussian(features);
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt(Classes))];
        var data = Data.LabeledData.Of(
            [.. features.Select(value => (float)value)],
            labels,
            new Data.LabeledDataSchema { FeatureShape = [64], ClassCount = Classes }
        );
        var model = new FlatClientModel(new DenseModel(64, 32, Classes));
        var training = new LocalTraining { Epochs = epochs, Schedule = LearningRateSchedule.Constant(0.1) };
        return model.Train(new LocalTask(model.Initialize(random), data, random), training).Loss;
    }
}
