using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>From the wanted strength to the standard deviation s of the field, and from s to the expected number of flips.</summary>
internal static class Strength
{
    /// <summary>The number of flips of a budget.</summary>
    public static long Budget(FfgOptions scheme, GraphInfo graph) =>
        scheme.Budget
        ?? (
            scheme.FlipRate is { } rate ? WholeSwitches(scheme, (long)Math.Round(rate * Pairs(graph)))
            : scheme.Colluders is { } colluders ? WholeSwitches(scheme, TardosCode.Length(colluders, 1e-6))
            : WholeSwitches(scheme, Default(graph))
        );

    /// <summary>sigma, the standard deviation of the key in Fourier units; 1 where the insertion rule sets the strength.</summary>
    /// <param name="scheme">The resolved scheme; not a budget.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="unitDeviation">The deviation of the field for sigma = 1.</param>
    public static double Sigma(FfgOptions scheme, GraphInfo graph, double unitDeviation)
    {
        if (scheme.Insertion != Insertion.Additive)
        {
            return 1;
        }
        if (scheme.Sigma is { } sigma)
        {
            return sigma;
        }
        double flips = scheme.FlipRate * Pairs(graph) ?? scheme.Budget ?? Default(graph);
        return DeviationFor(scheme.Binarisation!.Value, flips, graph) / unitDeviation;
    }

    /// <summary>The expected number of flips of a field of deviation s.</summary>
    public static double ExpectedFlips(Binarisation binarisation, double deviation, GraphInfo graph)
    {
        double pairs = Pairs(graph);
        return binarisation switch
        {
            Binarisation.Stochastic => pairs * deviation / Math.Sqrt(2 * Math.PI),
            Binarisation.TopE => 2 * TopExchanges(deviation, graph),
            _ => pairs * StandardNormal.UpperTail(0.5 / deviation),
        };
    }

    // A switch flips four pairs.
    private static long WholeSwitches(FfgOptions scheme, long flips) =>
        scheme.Preserve == Preserve.Degrees ? Math.Max(4, flips / 4 * 4) : flips;

    private static int Default(GraphInfo graph) => Math.Max(1, graph.Edges / 100);

    private static double DeviationFor(Binarisation binarisation, double flips, GraphInfo graph)
    {
        double pairs = Pairs(graph);
        if (flips <= 0)
        {
            // No flip is wanted: a field far too weak for one.
            return 1.0 / 1024;
        }
        double exchanges = flips / 2;
        return binarisation switch
        {
            Binarisation.Stochastic => flips / pairs * Math.Sqrt(2 * Math.PI),
            // An edge and a non-edge change places where their fields differ by 1: the two thresholds add up to 1.
            Binarisation.TopE => 1
                / (
                    StandardNormal.InverseUpperTail(Math.Min(0.5, exchanges / (pairs - graph.Edges)))
                    + StandardNormal.InverseUpperTail(Math.Min(0.5, exchanges / graph.Edges))
                ),
            _ => 0.5 / StandardNormal.InverseUpperTail(flips / pairs),
        };
    }

    private static double TopExchanges(double deviation, GraphInfo graph)
    {
        double nonEdges = Pairs(graph) - graph.Edges;
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++)
        {
            double threshold = (low + high) / 2;
            bool tooManyEnter =
                nonEdges * StandardNormal.UpperTail(threshold / deviation)
                > graph.Edges * StandardNormal.UpperTail((1 - threshold) / deviation);
            (low, high) = tooManyEnter ? (threshold, high) : (low, threshold);
        }
        return nonEdges * StandardNormal.UpperTail(low / deviation);
    }

    private static double Pairs(GraphInfo graph) => (double)graph.Nodes * (graph.Nodes - 1) / 2;
}
