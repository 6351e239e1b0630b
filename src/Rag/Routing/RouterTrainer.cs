using ResearchKit.Learning;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Rag;

/// <summary>Trains RAGRoute's router (arXiv:2502.19280): Adam with a cyclic rate, the best epoch by validation queries, then the threshold.</summary>
/// <param name="options">How; null for the defaults.</param>
public sealed class RouterTrainer(RouterTrainingOptions? options = null)
{
    private readonly RouterTrainingOptions _options = options ?? new RouterTrainingOptions();

    /// <summary>Trains. Equal inputs give equal routers at one thread within torch's operations.</summary>
    /// <param name="training">The queries to learn from.</param>
    /// <param name="validation">Others, of the same sources, by which epoch and threshold are chosen.</param>
    /// <param name="random">Where weights, batches and dropout come from.</param>
    /// <param name="progress">Is told of each epoch.</param>
    /// <param name="ct">Cancels before each step.</param>
    /// <exception cref="ArgumentException">The sets have other sources, or the training pairs are of one class.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<RouterTraining> TrainAsync(
        RouterTrainingSet training,
        RouterTrainingSet validation,
        RandomStream random,
        IProgress<EpochReport>? progress = null,
        CancellationToken ct = default
    ) => Task.Run(() => Train(training, validation, random, progress, ct), ct);

    /// <inheritdoc cref="TrainAsync"/>
    public RouterTraining Train(
        RouterTrainingSet training,
        RouterTrainingSet validation,
        RandomStream random,
        IProgress<EpochReport>? progress = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(random);
        if (!training.Sources.Select(s => s.Name).SequenceEqual(validation.Sources.Select(s => s.Name)))
        {
            throw new ArgumentException("Training and validation queries are labelled for different sources.", nameof(validation));
        }
        double positive = training.PositiveShare;
        if (positive is 0 or 1)
        {
            throw new ArgumentException(
                $"All training pairs are {(positive == 0 ? "irrelevant" : "relevant")}: there is nothing to tell apart.",
                nameof(training)
            );
        }
        Torch.EnsureLoaded();
        return new Run(_options, training, validation, random, progress).ToEnd(ct);
    }

    /// <summary>The schedule of the learning rate.</summary>
    internal LearningRateSchedule Schedule =>
        LearningRateSchedule.Triangular2ThenDecay(
            _options.LearningRate,
            _options.MaximumLearningRate,
            _options.HalfCycle,
            _options.DecayFromEpoch,
            _options.DecayFactor,
            _options.DecayEvery
        );

    private sealed class Run(
        RouterTrainingOptions options,
        RouterTrainingSet training,
        RouterTrainingSet validation,
        RandomStream random,
        IProgress<EpochReport>? progress
    )
    {
        private readonly List<EpochReport> _epochs = [];
        private readonly bool[] _labels = validation.Labels();
        private double _lossSum;
        private long _rows;
        private double _best = double.NegativeInfinity;
        private int _chosenEpoch;

        public RouterTraining ToEnd(CancellationToken ct)
        {
            StandardScaler? scaler = options.Scale ? RouterPairs.FitScaler(training) : null;
            RouterPairs pairs = new(training, scaler);
            RouterPairs held = new(validation, scaler);
            double[] probabilities = new double[held.Count];
            using RouterNetwork network = new(
                pairs.FeatureLength,
                options.Hidden1,
                options.Hidden2,
                options.Dropout,
                random.Split("dropout")
            );
            Initializers.Initialize(network, random.Split("init"));
            ParameterVector? chosen = null;
            double share = training.PositiveShare;
            using torch.Tensor? weight = options.PositiveWeight is { } factor ? torch.tensor((float)(factor * (1 - share) / share)) : null;
            Trainer trainer = new(
                new TrainingOptions
                {
                    Optimizer = new OptimizerOptions { Kind = OptimizerKind.Adam, WeightDecay = options.WeightDecay },
                    Schedule = new RouterTrainer(options).Schedule,
                    Epochs = options.Epochs,
                    BatchSize = options.BatchSize,
                    ClipNorm = options.ClipNorm,
                    Loss = (logits, labels) => RouterNetwork.Loss(logits, labels, weight),
                    StepHook = step =>
                    {
                        (_lossSum, _rows) = (_lossSum + (step.Loss * step.Count), _rows + step.Count);
                        if ((step.Position.Step + 1) % step.Position.StepsPerEpoch == 0)
                        {
                            Probabilities(network, held, probabilities, ct);
                            if (IsBest(step.Position.Epoch, probabilities))
                            {
                                chosen = ParameterVector.Of(network);
                            }
                        }
                    },
                }
            );
            trainer.Train(network, pairs, random, ct);
            return Finish(chosen!, scaler);
        }

        private bool IsBest(int epoch, double[] probabilities)
        {
            BinaryCounts counts = Counts(_labels, probabilities, 0.5);
            EpochReport report = new(epoch, _lossSum / _rows, counts.Accuracy, counts.F1);
            (_lossSum, _rows) = (0, 0);
            _epochs.Add(report);
            progress?.Report(report);
            double score = options.Selection == RouterSelection.Accuracy ? report.Accuracy : report.F1;
            score = double.IsNaN(score) ? 0 : score;
            if (score <= _best)
            {
                return false;
            }
            (_best, _chosenEpoch) = (score, epoch);
            return true;
        }

        private RouterTraining Finish(ParameterVector chosen, StandardScaler? scaler)
        {
            NeuralSourceRouter plain = new(training.Sources, chosen, scaler, 0.5, 1);
            double[] probabilities = RouterEvaluation.Probabilities(plain, validation);
            double temperature = options.Calibrate ? RouterEvaluation.FitTemperature(_labels, probabilities) : 1;
            if (options.Calibrate)
            {
                plain = new NeuralSourceRouter(training.Sources, chosen, scaler, 0.5, temperature);
                probabilities = RouterEvaluation.Probabilities(plain, validation);
            }
            string? warning =
                _labels.Distinct().Count() < 2
                    ? "All validation pairs are of one class: the threshold is one half where it would be fitted, and no area under the curve exists."
                    : null;
            double threshold = Math.Clamp(options.Threshold.Choose(_labels, probabilities, training.Sources.Count), 0, 1);
            return new RouterTraining(
                new NeuralSourceRouter(training.Sources, chosen, scaler, threshold, temperature),
                _chosenEpoch,
                _epochs,
                warning
            );
        }

        private static void Probabilities(RouterNetwork network, RouterPairs pairs, double[] probabilities, CancellationToken ct)
        {
            const int Batch = 512;
            network.eval();
            int[] rows = new int[Batch];
            int[] labels = new int[Batch];
            float[] features = new float[Batch * pairs.FeatureLength];
            for (int start = 0; start < pairs.Count; start += Batch)
            {
                ct.ThrowIfCancellationRequested();
                int count = Math.Min(Batch, pairs.Count - start);
                for (int i = 0; i < count; i++)
                {
                    rows[i] = start + i;
                }
                pairs.CopyBatch(rows.AsSpan(0, count), features, labels);
                using var scope = torch.NewDisposeScope();
                using var noGrad = torch.no_grad();
                torch.Tensor input = torch.tensor(features.AsSpan(0, count * pairs.FeatureLength).ToArray(), [count, pairs.FeatureLength]);
                float[] logits = [.. network.forward(input).data<float>()];
                for (int i = 0; i < count; i++)
                {
                    probabilities[start + i] = 1 / (1 + Math.Exp(-logits[i]));
                }
            }
            network.train();
        }
    }

    /// <summary>Counts with the router's strict rule: positive is what is above the threshold.</summary>
    internal static BinaryCounts Counts(bool[] labels, double[] probabilities, double threshold)
    {
        long tp = 0,
            fp = 0,
            tn = 0,
            fn = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            bool asked = probabilities[i] > threshold;
            tp += asked && labels[i] ? 1 : 0;
            fp += asked && !labels[i] ? 1 : 0;
            tn += !asked && !labels[i] ? 1 : 0;
            fn += !asked && labels[i] ? 1 : 0;
        }
        return new BinaryCounts(tp, fp, tn, fn);
    }
}
