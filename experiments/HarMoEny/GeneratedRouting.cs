using ResearchKit.Data;
using ResearchKit.Moe;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>Loads of layers from a trace of routing: each rank has its own tokens of the batch.</summary>
internal static class GeneratedRouting
{
    public static IReadOnlyList<LayerLoad> Layers(RoutingTrace trace, int iteration, HarmoenyModel model, int batch)
    {
        MoeModel sizes = model.Model;
        ExpertPlacement placement = ExpertPlacement.Contiguous(model.Ranks, sizes.Experts);
        return
        [
            .. Enumerable
                .Range(0, sizes.FullLayers + sizes.DecodeLayers)
                .Select(layer =>
                {
                    bool full = layer < sizes.FullLayers;
                    int tokens = batch * (full ? HarmoenyModel.SequenceLength : 1);
                    int[] routed = new int[tokens * model.Ranks];
                    trace.Route(iteration, layer, routed);
                    int[] counts = new int[model.Ranks * sizes.Experts];
                    for (int i = 0; i < routed.Length; i++)
                    {
                        counts[((i / tokens) * sizes.Experts) + routed[i]]++;
                    }

                    return new LayerLoad(TokenCounts.Of(model.Ranks, sizes.Experts, counts), placement, full);
                }),
        ];
    }

    /// <summary>
    /// Counts of a layer of which only the sum over ranks is known: the tokens of each expert are divided evenly over the ranks, the remainder to a different rank for each expert.
    /// </summary>
    public static TokenCounts Divided(IReadOnlyList<int> totals, int ranks)
    {
        int[] counts = new int[ranks * totals.Count];
        for (int expert = 0; expert < totals.Count; expert++)
        {
            (int share, int rest) = Math.DivRem(totals[expert], ranks);
            for (int i = 0; i < ranks; i++)
            {
                counts[(((i + expert) % ranks) * totals.Count) + expert] = share + (i < rest ? 1 : 0);
            }
        }

        return TokenCounts.Of(ranks, totals.Count, counts);
    }
}
