using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;
using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// Logistic regression with L2 (C = 1), fitted by L-BFGS, as the paper's second tabular model: features are taken as numbers, a missing one is replaced by the mean and marked by an indicator, then all are standardised.
/// </summary>
public sealed class LogisticModel : IScoreModel
{
    internal const string Complete = "Complete";

    /// <inheritdoc/>
    public string Name => "logistic";

    /// <inheritdoc/>
    public IScorer Train(AuditPopulation population, int[] rows, RandomStream random, CancellationToken cancellationToken = default)
    {
        TabularPipeline.RequireBothLabels(population, rows);
        ArgumentNullException.ThrowIfNull(random);
        cancellationToken.ThrowIfCancellationRequested();
        MLContext context = TabularPipeline.Context(random);
        var pipeline = Imputed(context)
            .Append(context.Transforms.NormalizeMeanVariance(Complete, fixZero: false))
            .Append(
                context.BinaryClassification.Trainers.LbfgsLogisticRegression(
                    new LbfgsLogisticRegressionBinaryTrainer.Options
                    {
                        FeatureColumnName = Complete,
                        LabelColumnName = TabularPipeline.Label,
                        L1Regularization = 0,
                        L2Regularization = 1,
                        NumberOfThreads = 1,
                        MaximumNumberOfIterations = 100,
                    }
                )
            );
        IDataView data = context.Data.Cache(TabularPipeline.View(context, population, rows));
        return new TabularPipeline.Scorer(context, pipeline.Fit(data));
    }

    /// <summary>The mean where a feature is missing, and an indicator for each feature.</summary>
    internal static IEstimator<ITransformer> Imputed(MLContext context) =>
        context
            .Transforms.IndicateMissingValues("Missing", TabularPipeline.Features)
            .Append(context.Transforms.Conversion.ConvertType("Missing", outputKind: Microsoft.ML.Data.DataKind.Single))
            .Append(
                context.Transforms.ReplaceMissingValues(
                    "Known",
                    TabularPipeline.Features,
                    MissingValueReplacingEstimator.ReplacementMode.Mean
                )
            )
            .Append(context.Transforms.Concatenate(Complete, "Known", "Missing"));
}
