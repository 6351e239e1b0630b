using System.Collections.Concurrent;
using System.Globalization;
using ResearchKit.Audit;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Audit;

/// <summary>
/// Platforms are the same for all experiments, budgets and strategies, so each is trained once a process: a pure function with a memory. Its streams are named by data, model and draw, not by the experiment.
/// </summary>
internal sealed class TrainedPlatforms
{
    private readonly ConcurrentDictionary<string, Lazy<Task<TrainedPlatform>>> _trained = new(StringComparer.Ordinal);

    /// <summary>A platform.</summary>
    /// <param name="dataset">The population.</param>
    /// <param name="model">The kind of model.</param>
    /// <param name="seed">The seed of a generated population; real ones do not vary.</param>
    /// <param name="rows">The rows of a generated population.</param>
    /// <param name="poolSize">The size of the auditor's pool.</param>
    /// <param name="catalog">Where real data are found.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    public async Task<TrainedPlatform> GetAsync(
        string dataset,
        string model,
        int seed,
        int rows,
        int poolSize,
        DatasetCatalog catalog,
        CancellationToken cancellationToken
    )
    {
        string draw = AuditDatasets.Origin(dataset) == DataOrigin.Real ? "-" : Text(seed);
        string key = string.Join('|', dataset, model, draw, Text(rows), Text(poolSize));
        Lazy<Task<TrainedPlatform>> training = _trained.GetOrAdd(
            key,
            _ => new Lazy<Task<TrainedPlatform>>(() =>
                Task.Run(() => TrainAsync(dataset, model, draw, rows, poolSize, catalog), CancellationToken.None)
            )
        );
        try
        {
            return await training.Value.WaitAsync(cancellationToken);
        }
        catch (Exception) when (training.Value.IsFaulted)
        {
            // The next cell may find the data.
            _trained.TryRemove(new KeyValuePair<string, Lazy<Task<TrainedPlatform>>>(key, training));
            throw;
        }
    }

    private static async Task<TrainedPlatform> TrainAsync(
        string dataset,
        string model,
        string draw,
        int rows,
        int poolSize,
        DatasetCatalog catalog
    )
    {
        RandomStream streams = RandomStream.Named("audit", "platform", dataset, draw);
        poolSize = AuditDatasets.PoolSize(dataset, poolSize);
        if (AuditDatasets.DrawFaces(dataset, poolSize, streams.Split("people")) is { } faces)
        {
            return new TrainedPlatform(faces, null);
        }
        AuditPopulation population = await AuditDatasets.LoadAsync(dataset, catalog, streams.Split("people"), rows, CancellationToken.None);
        AuditSplit split = AuditSplit.Of(population, poolSize, streams.Split("data split"), streams.Split("train test split"));
        using IScorer scorer = AuditDatasets
            .Model(model)
            .Train(population, split.Train, streams.Split("model", model), CancellationToken.None);
        AuditPopulation train = population.Subset(split.Train);
        FittedThresholds swap = new ThresholdOptimizer().Fit(scorer.Score(population, split.Train), train.Labels.Span, train.Group.Span);
        AuditPopulation pool = population.Subset(split.Pool);
        return new TrainedPlatform(new ScoredPool(scorer.Score(population, split.Pool), pool.Labels.ToArray(), pool.Group.ToArray()), swap);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
