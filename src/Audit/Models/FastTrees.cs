using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>Gradient-boosted trees by Microsoft.ML's FastTree, with the constants of <see cref="BoostedTrees"/>; no native library is needed. Missing values are replaced by the mean, with indicators.</summary>
public sealed class FastTrees : IScoreModel
{
    /// <inheritdoc/>
    public string Name => "fasttree";

    /// <inheritdoc/>
    public IScorer Train(AuditPopulation population, int[] rows, RandomStream random, CancellationToken cancellationToken = default)
    {
        TabularPipeline.RequireBothLabels(population, rows);
        ArgumentNullException.ThrowIfNull(random);
        cancellationToken.ThrowIfCancellationRequested();
        MLContext context = TabularPipeline.Context(random);
        var pipeline = LogisticModel
            .Imputed(context)
            .Append(
                context.BinaryClassification.Trainers.FastTree(
                    new FastTreeBinaryTrainer.Options
                    {
                        FeatureColumnName = LogisticModel.Complete,
                        LabelColumnName = TabularPipeline.Label,
                        LearningRate = 0.1,
                        NumberOfTrees = 100,
                        NumberOfLeaves = 31,
                        MinimumExampleCountPerLeaf = 20,
                        MaximumBinCountPerFeature = 255,
                        NumberOfThreads = 1,
                    }
                )
            );
        return new TabularPipeline.Scorer(context, pipeline.Fit(TabularPipeline.View(context, population, rows)));
    }
}
