using Microsoft.ML;
using Microsoft.ML.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>Where a population meets Microsoft.ML: rows become a data view, probabilities come back.</summary>
internal static class TabularPipeline
{
    public const string Features = nameof(Row.Features);
    public const string Label = nameof(Row.Label);

    public static MLContext Context(RandomStream random) => new((int)(random.NextUInt32() >> 1));

    public static IDataView View(MLContext context, AuditPopulation population, int[] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, population.FeatureNames.Count);
        return context.Data.LoadFromEnumerable(
            Array.ConvertAll(
                rows,
                row => new Row { Features = population.FeaturesOf(row).ToArray(), Label = population.Labels.Span[row] == 1 }
            ),
            schema
        );
    }

    public static void RequireBothLabels(AuditPopulation population, int[] rows)
    {
        ArgumentNullException.ThrowIfNull(population);
        ArgumentNullException.ThrowIfNull(rows);
        Rows.RequireSome(rows.Length, nameof(rows));
        int positives = rows.Count(row => population.Labels.Span[row] == 1);
        if (positives == 0 || positives == rows.Length)
        {
            throw new ArgumentException(
                $"All {rows.Length} training rows have label {(positives == 0 ? 0 : 1)}; a model needs both labels.",
                nameof(rows)
            );
        }
    }

    internal sealed class Row
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    internal sealed class Scorer(MLContext context, ITransformer model) : IScorer
    {
        public double[] Score(AuditPopulation population, int[] rows)
        {
            ArgumentNullException.ThrowIfNull(population);
            ArgumentNullException.ThrowIfNull(rows);
            if (rows.Length == 0)
            {
                return [];
            }
            IDataView scored = model.Transform(View(context, population, rows));
            return [.. scored.GetColumn<float>("Probability").Select(p => (double)Math.Clamp(p, 0, 1))];
        }

        public void Dispose() => (model as IDisposable)?.Dispose();
    }
}
