using System.Globalization;
using ResearchKit.Moe;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>The loads of all layers of an iteration under a stated definition of skew.</summary>
internal static class HarmoenyWorkload
{
    /// <summary>R3 as the authors' program at its head, R1 as in their published routing files.</summary>
    public static readonly string[] Definitions = ["gini", "multinomial"];

    /// <summary>Whether the seed changes nothing.</summary>
    public static bool IsDeterministic(string definition) => definition is "gini" or "exact-gini";

    public static ISkewModel Skew(string definition, double skew) =>
        definition switch
        {
            "gini" => new GiniSkew(skew),
            "exact-gini" => new GiniSkew(skew, 1, GiniFormula.ExactGini),
            // R1 at 0 leaves the hot expert empty, which is not uniform: the authors' files at 0.0 show just that.
            "multinomial" => new MultinomialSkew(skew),
            "additive" => new AdditiveSkew(skew),
            _ => throw new ArgumentException(
                $"There is no definition '{definition}'; there are gini, exact-gini, multinomial, additive.",
                nameof(definition)
            ),
        };

    public static IReadOnlyList<LayerLoad> Layers(HarmoenyModel model, ISkewModel skew, double sequencesPerRank, RandomStream stream)
    {
        MoeModel sizes = model.Model;
        ExpertPlacement contiguous = ExpertPlacement.Contiguous(model.Ranks, sizes.Experts);
        return
        [
            .. Enumerable
                .Range(0, sizes.FullLayers + sizes.DecodeLayers)
                .Select(layer =>
                {
                    bool full = layer < sizes.FullLayers;
                    int tokens = Math.Max(1, (int)Math.Round(sequencesPerRank * (full ? HarmoenyModel.SequenceLength : 1)));
                    return new LayerLoad(
                        skew.Counts(
                            model.Ranks,
                            sizes.Experts,
                            tokens,
                            stream.Split("layer", layer.ToString(CultureInfo.InvariantCulture))
                        ),
                        contiguous,
                        full
                    );
                }),
        ];
    }

    /// <summary>
    /// ExFlow's placement for an artificial router. Its tokens keep their expert from layer to layer in the only case in which they have paths at all (R3 hands out tokens in order); then the contiguous placement
    /// is already the best. With independent draws there is no affinity to be had.
    /// </summary>
    public static IReadOnlyList<ExpertPlacement> ExFlow(
        HarmoenyModel model,
        ISkewModel skew,
        RandomStream stream,
        CancellationToken cancellationToken
    )
    {
        const int Tokens = 2048;
        MoeModel sizes = model.Model;
        int layers = sizes.FullLayers + sizes.DecodeLayers;
        int[] paths = new int[Tokens * layers];
        int[] routed = new int[Tokens];
        for (int layer = 0; layer < layers; layer++)
        {
            skew.Route(sizes.Experts, stream, routed);
            for (int token = 0; token < Tokens; token++)
            {
                paths[(token * layers) + layer] = routed[token];
            }
        }

        PlacementRequest request = new(model.Ranks, sizes.Experts, layers)
        {
            Affinity = ExpertAffinity.OfPaths(sizes.Experts, layers, paths),
        };
        return new ExFlowPlacement(new() { Starts = 1 }).Place(request, cancellationToken);
    }
}
