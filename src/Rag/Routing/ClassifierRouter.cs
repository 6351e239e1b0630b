using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResearchKit.Rag;

/// <summary>
/// The classic classifiers that RAGRoute's network is compared with, on the same features: logistic regression (L-BFGS) and a random forest, both of ML.NET. A source is asked if its
/// probability exceeds the threshold.
/// </summary>
public sealed class ClassifierRouter : ISourceRouter
{
    private readonly IReadOnlyList<SourceProfile> _sources;
    private readonly StandardScaler _scaler;
    private readonly PredictionEngine<Pair, Prediction> _engine;
    private readonly Lock _predicting = new();
    private readonly double _threshold;

    private ClassifierRouter(
        string name,
        IReadOnlyList<SourceProfile> sources,
        StandardScaler scaler,
        PredictionEngine<Pair, Prediction> engine,
        double threshold
    ) => (Name, _sources, _scaler, _engine, _threshold) = (name, sources, scaler, engine, threshold);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Trains logistic regression.</summary>
    /// <param name="training">The labelled queries.</param>
    /// <param name="threshold">The probability above which a source is asked. Default 0.5.</param>
    /// <param name="l2">The weight of the squared coefficients. Default 1, as the library has it.</param>
    public static ClassifierRouter TrainLogistic(RouterTrainingSet training, double threshold = 0.5, float l2 = 1) =>
        Train(
            SourceRouters.Logistic,
            training,
            threshold,
            ml => ml.BinaryClassification.Trainers.LbfgsLogisticRegression(l1Regularization: 0, l2Regularization: l2)
        );

    /// <summary>Trains a random forest, its scores calibrated to probabilities by Platt's method on the training pairs.</summary>
    /// <param name="training">The labelled queries.</param>
    /// <param name="threshold">The probability above which a source is asked. Default 0.5.</param>
    /// <param name="trees">The number of trees. Default 100.</param>
    public static ClassifierRouter TrainForest(RouterTrainingSet training, double threshold = 0.5, int trees = 100) =>
        Train(
            SourceRouters.Forest,
            training,
            threshold,
            ml =>
                ml.BinaryClassification.Trainers.FastForest(numberOfTrees: trees, numberOfLeaves: 64, minimumExampleCountPerLeaf: 5)
                    .Append(ml.BinaryClassification.Calibrators.Platt())
        );

    /// <inheritdoc/>
    public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        SourceScore[] scores = new SourceScore[_sources.Count];
        Pair pair = new() { Features = new float[_scaler.Mean.Count] };
        lock (_predicting)
        {
            for (int i = 0; i < scores.Length; i++)
            {
                RouterFeatures.Write(_sources, i, query, pair.Features);
                _scaler.Apply(pair.Features.AsSpan());
                double probability = _engine.Predict(pair).Probability;
                scores[i] = new SourceScore(_sources[i].Name, probability, probability > _threshold);
            }
        }
        return ValueTask.FromResult(new RoutingDecision(scores));
    }

    private static ClassifierRouter Train(
        string name,
        RouterTrainingSet training,
        double threshold,
        Func<MLContext, IEstimator<ITransformer>> trainer
    )
    {
        ArgumentNullException.ThrowIfNull(training);
        StandardScaler scaler = RouterPairs.FitScaler(training);
        RouterPairs pairs = new(training, scaler);
        // One seed and one thread: equal inputs give equal classifiers.
        MLContext ml = new(seed: 42);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Pair));
        schema[nameof(Pair.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, pairs.FeatureLength);
        IDataView data = ml.Data.LoadFromEnumerable(Rows(pairs), schema);
        ITransformer model = trainer(ml).Fit(data);
        return new ClassifierRouter(
            name,
            training.Sources,
            scaler,
            ml.Model.CreatePredictionEngine<Pair, Prediction>(model, inputSchemaDefinition: schema),
            threshold
        );
    }

    private static IEnumerable<Pair> Rows(RouterPairs pairs)
    {
        int[] label = new int[1];
        for (int i = 0; i < pairs.Count; i++)
        {
            Pair pair = new() { Features = new float[pairs.FeatureLength] };
            pairs.CopyBatch([i], pair.Features, label);
            pair.Label = label[0] == 1;
            yield return pair;
        }
    }

    private sealed class Pair
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Prediction
    {
        public float Probability { get; set; }
    }
}
