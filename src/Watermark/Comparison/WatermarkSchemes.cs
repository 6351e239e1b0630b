namespace ResearchKit.Watermark;

/// <summary>The schemes of this module as a comparison sees them, in one place.</summary>
public static class WatermarkSchemes
{
    /// <summary>FFG with secret random carriers.</summary>
    public static WatermarkScheme Keyed { get; } = WatermarkScheme.Of("FFG-Keyed", (_, budget, threads) => Ffg(budget, threads));

    /// <summary>FFG with secret random carriers, nodes matched by structure instead of by id.</summary>
    public static WatermarkScheme Registered { get; } =
        WatermarkScheme.Of("FFG-Keyed, registered", (_, budget, threads) => new RegisteredFfgWatermark(Ffg(budget, threads)));

    /// <summary>FFG as the paper has it: the largest coefficients, and a threshold of such a strength that the budget is expected to be flipped.</summary>
    public static WatermarkScheme PaperThreshold { get; } =
        WatermarkScheme.Of(
            "FFG-PaperThreshold",
            (graph, budget, threads) =>
                new FfgWatermark(new FfgOptions { Mode = FfgMode.PaperThreshold, FlipRate = (double)budget / graph.PairCount })
                {
                    Threads = threads,
                }
        );

    /// <summary>Zhao et al. 2015, basic.</summary>
    public static WatermarkScheme Zhao { get; } = WatermarkScheme.Of("Zhao et al.", (_, _, _) => new ZhaoWatermark());

    /// <summary>Zhao et al. 2015, robust: five subgraphs, found with tolerance.</summary>
    public static WatermarkScheme ZhaoRobust { get; } =
        WatermarkScheme.Of("Zhao et al., robust", (_, _, _) => new ZhaoWatermark(new ZhaoOptions { Robust = true }));

    /// <summary>Eppstein et al. 2016. A bit costs half an edit: the key has twice as many pairs as the budget, at most half as many as there are labelled nodes.</summary>
    public static WatermarkScheme Eppstein { get; } =
        WatermarkScheme.Of(
            "Eppstein et al.",
            (_, budget, _) => new EppsteinWatermark(new EppsteinOptions { MostPairs = Math.Max(1, 2 * budget) })
        );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WatermarkScheme> All { get; } = [Keyed, Registered, PaperThreshold, Zhao, ZhaoRobust, Eppstein];

    private static FfgWatermark Ffg(int budget, int threads) => new(new FfgOptions { Budget = budget }) { Threads = threads };
}
