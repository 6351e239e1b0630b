using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Audit;

/// <summary>
/// A network as a platform's model: features are standardised by the training rows (a missing one becomes 0, the mean), Adam minimises the cross entropy, and the weights with the best validation accuracy are kept. The score is the softmax
/// of class 1.
/// </summary>
public sealed class TorchModel : IScoreModel
{
    private readonly Func<int, RandomStream, torch.nn.Module<torch.Tensor, torch.Tensor>> _create;
    private readonly IReadOnlyList<long>? _shape;
    private readonly TorchModelOptions _options;

    /// <summary>A model of a network of the caller's.</summary>
    /// <param name="name">The name.</param>
    /// <param name="create">Makes the network for a number of features, with initial weights from a stream; it gives n x 2 logits.</param>
    /// <param name="inputShape">The shape of a row as the network takes it; null for flat.</param>
    /// <param name="options">How it is trained; the paper's values if null.</param>
    public TorchModel(
        string name,
        Func<int, RandomStream, torch.nn.Module<torch.Tensor, torch.Tensor>> create,
        IReadOnlyList<long>? inputShape = null,
        TorchModelOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        (Name, _create, _shape, _options) = (name, create, inputShape, options ?? new TorchModelOptions());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The paper's LeNet, for rows of 3 x 32 x 32.</summary>
    /// <param name="options">How it is trained; the paper's values if null.</param>
    public static TorchModel LeNet(TorchModelOptions? options = null) =>
        new("lenet", (_, random) => new LeNet(random), [3, 32, 32], options);

    /// <summary>A network of one hidden layer, for tables.</summary>
    /// <param name="hidden">The units of the hidden layer. Default 64.</param>
    /// <param name="options">How it is trained.</param>
    public static TorchModel Mlp(int hidden = 64, TorchModelOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        return new TorchModel(
            "mlp",
            (features, random) =>
            {
                Torch.EnsureLoaded();
                torch.nn.Module<torch.Tensor, torch.Tensor> network = torch.nn.Sequential(
                    ("hidden", torch.nn.Linear(features, hidden)),
                    ("relu", torch.nn.ReLU()),
                    ("classify", torch.nn.Linear(hidden, 2))
                );
                Initializers.Initialize(network, random);
                return network;
            },
            null,
            options
        );
    }

    /// <inheritdoc/>
    public IScorer Train(AuditPopulation population, int[] rows, RandomStream random, CancellationToken cancellationToken = default)
    {
        TabularPipeline.RequireBothLabels(population, rows);
        ArgumentNullException.ThrowIfNull(random);
        Standardization scale = Standardization.Of(population, rows);
        int[] order = random.Split("validation").Permutation(rows.Length);
        int held = Math.Clamp((int)(rows.Length * _options.ValidationShare), 1, rows.Length - 1);
        LabeledData validation = scale.Apply(population, [.. order[..held].Select(i => rows[i])]);
        LabeledData training = scale.Apply(population, [.. order[held..].Select(i => rows[i])]);
        torch.nn.Module<torch.Tensor, torch.Tensor> network = _create(population.FeatureNames.Count, random.Split("weights"));
        try
        {
            ParameterVector best = ParameterVector.Of(network);
            double bestAccuracy = -1;
            TrainingOptions options = new()
            {
                Optimizer = new OptimizerOptions { Kind = OptimizerKind.Adam },
                Schedule = LearningRateSchedule.Constant(_options.LearningRate),
                Epochs = _options.Epochs,
                BatchSize = _options.BatchSize,
                InputShape = _shape,
                StepHook = step =>
                {
                    if ((step.Position.Step + 1) % _options.ValidateEvery == 0)
                    {
                        Validate();
                    }
                },
            };
            new Trainer(options).Train(network, training, random.Split("training"), cancellationToken);
            Validate();
            best.CopyTo(network);
            return new Scorer(network, scale, _shape);

            void Validate()
            {
                double accuracy = Evaluation.Evaluate(network, validation, _shape, cancellationToken: cancellationToken).Accuracy;
                network.train();
                if (accuracy > bestAccuracy)
                {
                    bestAccuracy = accuracy;
                    best.CopyFrom(network);
                }
            }
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private sealed class Scorer(torch.nn.Module<torch.Tensor, torch.Tensor> network, Standardization scale, IReadOnlyList<long>? shape)
        : IScorer
    {
        private const int Batch = 512;

        public double[] Score(AuditPopulation population, int[] rows)
        {
            ArgumentNullException.ThrowIfNull(population);
            ArgumentNullException.ThrowIfNull(rows);
            double[] scores = new double[rows.Length];
            network.eval();
            using IDisposable noGradient = torch.no_grad();
            for (int start = 0; start < rows.Length; start += Batch)
            {
                using DisposeScope scope = torch.NewDisposeScope();
                int count = Math.Min(Batch, rows.Length - start);
                float[] features = scale.Features(population, rows.AsSpan(start, count));
                torch.Tensor input = torch.tensor(features, [count, .. shape ?? [population.FeatureNames.Count]]);
                torch.Tensor positive = torch.nn.functional.softmax(network.call(input), 1).select(1, 1).contiguous();
                ReadOnlySpan<float> values = positive.data<float>().ToArray();
                for (int i = 0; i < count; i++)
                {
                    scores[start + i] = Math.Clamp(values[i], 0, 1);
                }
            }
            return scores;
        }

        public void Dispose() => network.Dispose();
    }
}
