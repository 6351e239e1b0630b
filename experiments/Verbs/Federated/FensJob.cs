using System.Globalization;
using Microsoft.Extensions.Logging;
using ResearchKit.Cli;
using ResearchKit.Data;
using ResearchKit.Federated;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>federated fens</c> does, without a terminal: files in, files and a report out.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="logger">Is told of warnings.</param>
internal sealed class FensJob(FensRequest request, ILogger logger)
{
    private RandomStream Random => RandomStream.Named("federated fens", request.Seed.ToString(CultureInfo.InvariantCulture));

    /// <summary>Does it.</summary>
    public async Task<FensReport> RunAsync(CancellationToken cancellationToken)
    {
        Learned(request.Aggregator); // before an hour is spent on what comes first
        FensFiles files = new(request.Out);
        files.EnsureFree(request.Force, request.Resume);
        FensInput input =
            request.Logits.Count > 0 ? await FensInput.OfLogitsAsync(request, Random, cancellationToken)
            : request.Onnx.Count > 0 ? await FensInput.OfOnnxAsync(request, Random, cancellationToken)
            : await TrainAsync(files, cancellationToken);
        return await AggregateAsync(input, files, cancellationToken);
    }

    private async Task<FensInput> TrainAsync(FensFiles files, CancellationToken cancellationToken)
    {
        (LabeledData data, string[]? groups) = await FensTable.LoadAsync(request, cancellationToken);
        LabeledData[] parts = data.Split(Random.Split("test"), request.Test);
        IPartitioner partitioner =
            PartitionText.Parse(request.Partition, out _)
            ?? new NaturalPartitioner(FensTable.GroupsOf(data, parts[1], groups!, Random.Split("test"), request.Test))
            {
                KeepsOrder = true,
            };
        int clients = partitioner is NaturalPartitioner natural ? natural.Groups.Count : request.Clients;
        Partition partition = partitioner.Divide(parts[1].Labels, data.ClassCount, clients, Random.Split("partition"), cancellationToken);
        FlatClientModel model = new(new DenseModel([data.FeatureLength, .. Hidden(), data.ClassCount]));
        FensOptions options = new()
        {
            ProxyFraction = request.Proxy,
            Local = new LocalTraining { Epochs = request.Epochs, Schedule = LearningRateSchedule.Constant(request.Rate) },
            Quantization = request.Quantization,
            OnNonFinite = request.OnNonFinite,
            Aggregator = new AverageAggregator(),
            Threads = request.Threads,
        };
        FensResult result = await new FensTrainer(options, logger).TrainAsync(
            FederatedClient.Of(partition.Of(parts[1])),
            model,
            Random,
            new FensCheckpoints(files.Checkpoints, await InputHashAsync(cancellationToken), logger),
            cancellationToken: cancellationToken
        );
        foreach (TrainedMember member in result.Ensemble.Members.Cast<TrainedMember>())
        {
            await files.WriteModelAsync(member.Name, member.Parameters, cancellationToken);
        }
        LogitTable test = await Task.Run(() => result.Ensemble.Logits(parts[0], request.Threads, cancellationToken), cancellationToken);
        FensInput input = new(result.Proxies, result.Statistics.LabelCounts, test, parts[0].Labels.ToArray(), model.Layout.Length)
        {
            Warnings = [.. result.Warnings.Select(warning => warning.Message)],
            ClassNames = data.Schema.ClassNames,
        };
        await files.WriteRowsAsync(result.Splits, parts[0], result.Statistics.LabelCounts, cancellationToken);
        await files.WriteLogitsAsync(input, cancellationToken);
        return input;
    }

    private async Task<FensReport> AggregateAsync(FensInput input, FensFiles files, CancellationToken cancellationToken)
    {
        LogitTable z = input.Test;
        EnsembleStatistics statistics = AggregatorTrainer.Statistics(input.Proxies, input.LabelCounts);
        List<FensLine> lines = [];
        double[] alone = [.. Enumerable.Range(0, z.Clients).Select(client => Accuracy(z.OnlyClients([client]).Values, input))];
        lines.Add(new("own models, mean", alone.Average(), alone.Max(), 0, 0));
        foreach (IFixedAggregator rule in Aggregators.All.OfType<IFixedAggregator>())
        {
            double accuracy = Accuracy(rule.Create(statistics).Predict(z), input);
            FensTraffic? traffic = Traffic(input, 0, 0);
            lines.Add(new(rule.Name, accuracy, accuracy, traffic?.FensUp, traffic?.FensDown));
        }
        AggregatorTraining training = new()
        {
            Rounds = request.Rounds,
            Optimizer = new FedAdam { ServerRate = request.ServerRate },
        };
        double oracle = 0;
        ITrainableAggregator aggregator = Learned(request.Aggregator);
        AggregatorTrainer trainer = new(aggregator, training, request.Threads)
        {
            OnRound = (model, round) => oracle = Math.Max(oracle, Accuracy(new LearnedRule(model, round.Parameters).Predict(z), input)),
        };
        AggregatorFit fit = await trainer.FitAsync(
            input.Proxies,
            input.LabelCounts,
            Random.Split("aggregator"),
            checkpoints: new CheckpointFolder(
                Path.Combine(files.Checkpoints, "rounds"),
                await InputHashAsync(cancellationToken),
                logger: logger
            ),
            logger: logger,
            cancellationToken: cancellationToken
        );
        using LearnedRule learned = (LearnedRule)fit.Rule;
        FensTraffic? whole = Traffic(input, learned.Parameters.Length, request.Rounds);
        double last = Accuracy(learned.Predict(z), input);
        // After a resume the rounds done before were not evaluated again.
        lines.Add(new($"fens, {aggregator.Name}", last, Math.Max(oracle, last), whole?.FensUp, whole?.FensDown));
        List<string> warnings = [.. input.Warnings];
        if (whole is { AggregatorDominates: true })
        {
            warnings.Add(
                $"Training the aggregator sends {whole.Aggregation} bytes a client (2 R A), a model has {whole.ModelBytes} (S): FENS saves no traffic with models this small."
            );
        }
        string path = await files.WriteAggregatorAsync(
            aggregator.Name,
            learned.Parameters,
            z,
            input.ClassNames,
            request,
            cancellationToken
        );
        FensReport report = new(path, z.Clients, z.Classes, input.Proxies.Sum(proxy => proxy.Labels.Length), z.Rows, lines, warnings);
        await files.WriteTableAsync(report, cancellationToken);
        files.RemoveCheckpoints();
        return report;
    }

    private static ITrainableAggregator Learned(string name)
    {
        ITrainableAggregator[] allowed = [.. Aggregators.All.OfType<ITrainableAggregator>().Where(a => !a.NeedsInputs)];
        return allowed.FirstOrDefault(a => a.Name == name)
            ?? throw new UsageException(
                $"--aggregator = {name} is no function of logits alone; allowed are {string.Join(", ", allowed.Select(a => a.Name))}."
            );
    }

    private FensTraffic? Traffic(FensInput input, int aggregatorParameters, int rounds) =>
        input.ModelParameters is { } parameters
            ? new(
                sizeof(float) * (long)parameters,
                request.Quantization == Quantization.None ? sizeof(float) * (long)parameters : parameters,
                sizeof(float) * (long)aggregatorParameters,
                input.Test.Clients,
                rounds
            )
            : null;

    private static double Accuracy(float[] logits, FensInput input) => Predictions.Accuracy(logits, input.Test.Outputs, input.TestLabels);

    private int[] Hidden()
    {
        int[] units =
        [
            .. request
                .Hidden.Split(',')
                .Select(text =>
                    int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                        ? count
                        : throw new UsageException($"--hidden = {request.Hidden}; allowed are whole numbers from 0, comma-separated.")
                ),
        ];
        return units is [0] ? [] : units;
    }

    // Everything that decides the result; the files by their content.
    private async Task<string> InputHashAsync(CancellationToken cancellationToken)
    {
        List<string> parts =
        [
            (
                request with
                {
                    Out = "",
                    Resume = false,
                    Force = false,
                    Threads = 1,
                    Logits = [],
                    Onnx = [],
                    Data = null,
                    Labels = null,
                    Owners = null,
                    Counts = null,
                }
            ).ToString(),
        ];
        foreach (
            string? path in (string?[])[request.Data, request.Labels, request.Owners, request.Counts, .. request.Logits, .. request.Onnx]
        )
        {
            if (path is not null && File.Exists(path))
            {
                parts.Add(await Checksum.Sha256OfFileAsync(path, cancellationToken));
            }
        }
        return Checksum.Sha256(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', parts)));
    }
}
