using Microsoft.ML;
using Microsoft.ML.Trainers.LightGbm;
using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// Gradient-boosted trees by LightGBM, with the constants of the paper's scikit-learn model (HistGradientBoostingClassifier): learning rate 0.1, 100 iterations, 31 leaves, 20 samples in a leaf, 255 bins, no L2, missing values
/// as they are; beyond 10,000 rows a tenth decides when to stop (10 iterations without gain).
/// </summary>
public sealed class BoostedTrees : IScoreModel
{
    private const int StopEarlyBeyond = 10_000;

    /// <summary>Default 0.1.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Default 100.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>Default 31.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>Default 20.</summary>
    public int SamplesInLeaf { get; init; } = 20;

    /// <inheritdoc/>
    public string Name => "gbdt";

    /// <inheritdoc/>
    public IScorer Train(AuditPopulation population, int[] rows, RandomStream random, CancellationToken cancellationToken = default)
    {
        TabularPipeline.RequireBothLabels(population, rows);
        ArgumentNullException.ThrowIfNull(random);
        cancellationToken.ThrowIfCancellationRequested();
        MLContext context = TabularPipeline.Context(random);
        bool stopEarly = rows.Length > StopEarlyBeyond;
        int[] order = random.Permutation(rows.Length);
        int held = stopEarly ? rows.Length / 10 : 0;
        int[] validation = [.. order[..held].Select(i => rows[i])];
        int[] training = [.. order[held..].Select(i => rows[i])];
        LightGbmBinaryTrainer trainer = context.BinaryClassification.Trainers.LightGbm(
            new LightGbmBinaryTrainer.Options
            {
                FeatureColumnName = TabularPipeline.Features,
                LabelColumnName = TabularPipeline.Label,
                LearningRate = LearningRate,
                NumberOfIterations = Iterations,
                NumberOfLeaves = Leaves,
                MinimumExampleCountPerLeaf = SamplesInLeaf,
                MaximumBinCountPerFeature = 255,
                HandleMissingValue = true,
                UseZeroAsMissingValue = false,
                EarlyStoppingRound = stopEarly ? 10 : 0,
                Sigmoid = 1,
                Seed = 1,
                NumberOfThreads = 1,
                Silent = true,
                Booster = new GradientBooster.Options { L2Regularization = 0, L1Regularization = 0 },
            }
        );
        ITransformer model = stopEarly
            ? trainer.Fit(TabularPipeline.View(context, population, training), TabularPipeline.View(context, population, validation))
            : trainer.Fit(TabularPipeline.View(context, population, training));
        return new TabularPipeline.Scorer(context, model);
    }
}
