namespace ResearchKit.Moe;

/// <summary>One iteration: a batch through all layers.</summary>
/// <param name="Seconds">From the batch's start to its end: the time to the first token.</param>
/// <param name="Layers">Each MoE layer, as the mean over ranks.</param>
/// <param name="MaxOverMean">The largest load over the mean, of each layer.</param>
public sealed record IterationTiming(double Seconds, IReadOnlyList<LayerTiming> Layers, IReadOnlyList<double> MaxOverMean)
{
    /// <summary>All layers together.</summary>
    public LayerTiming Sum => Layers.Aggregate(default(LayerTiming), static (sum, layer) => sum + layer);
}
