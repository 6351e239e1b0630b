namespace ResearchKit.Watermark;

/// <summary>
/// For each node of one graph the nearest node of another by features, if it is clearly nearer than the second. Exact: candidates are visited in the order of the
/// difference of norms, which bounds the distance from below.
/// </summary>
internal static class NearestNodes
{
    /// <summary>Searches.</summary>
    /// <param name="from">Features of the nodes asked for.</param>
    /// <param name="to">Features of the nodes searched.</param>
    /// <param name="ratio">A nearest node counts as clear if its squared distance is below this share of the second's.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>For each node the nearest (of the smallest number, if several are) and whether it is clear; -1 if there is none.</returns>
    public static (int Nearest, bool Clear)[] Of(NodeFeatures from, NodeFeatures to, double ratio, CancellationToken cancellationToken)
    {
        double[] norms = [.. to.Norms];
        int[] byNorm = [.. Enumerable.Range(0, norms.Length)];
        Array.Sort(norms, byNorm);
        (int, bool)[] nearest = new (int, bool)[from.Norms.Length];
        Parallel.For(
            0,
            nearest.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            node => nearest[node] = Search(from.Of(node), from.Norms[node], to, norms, byNorm, ratio)
        );
        return nearest;
    }

    private static (int, bool) Search(
        ReadOnlySpan<double> features,
        double norm,
        NodeFeatures to,
        double[] norms,
        int[] byNorm,
        double ratio
    )
    {
        int place = Array.BinarySearch(norms, norm);
        int up = place < 0 ? ~place : place;
        int down = up - 1;
        int best = -1;
        double first = double.PositiveInfinity;
        double second = double.PositiveInfinity;
        while (true)
        {
            double above = up < norms.Length ? norms[up] - norm : double.PositiveInfinity;
            double below = down >= 0 ? norm - norms[down] : double.PositiveInfinity;
            double bound = Math.Min(above, below);
            // Slack for the rounding of norms: ties at distance 0 must all be seen.
            double least = Math.Max(0, bound - 1e-9);
            if (double.IsPositiveInfinity(bound) || least * least > second)
            {
                break;
            }
            int node = byNorm[above <= below ? up++ : down--];
            double distance = NodeFeatures.SquaredDistance(features, to.Of(node));
            bool nearer = first > distance || (first == distance && best > node);
            if (nearer)
            {
                (best, second, first) = (node, first, distance);
            }
            else if (distance < second)
            {
                second = distance;
            }
        }
        return (best, ratio * second > first);
    }
}
