using System.Globalization;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>One embedding: from a key and its original to the flips.</summary>
internal sealed class FfgEmbedder
{
    private readonly Graph original;
    private readonly FfgKey key;
    private readonly FfgOptions scheme;
    private readonly int threads;
    private readonly IProgress<double>? progress;
    private readonly CancellationToken cancellationToken;
    private readonly NodePositions positions;
    private readonly ulong[] edges;
    private readonly KeyMaterial material;

    /// <summary>Prepares an embedding.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="key">Its key.</param>
    /// <param name="scheme">The scheme of the key with the limits of whoever embeds.</param>
    /// <param name="threads">The threads to use.</param>
    /// <param name="progress">Told the share done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public FfgEmbedder(
        Graph original,
        FfgKey key,
        FfgOptions scheme,
        int threads,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        (this.original, this.key, this.scheme, this.threads) = (original, key, scheme, threads);
        (this.progress, this.cancellationToken) = (progress, cancellationToken);
        positions = NodePositions.Of(original, key);
        edges = positions.PackedEdges(original);
        material = KeyMaterial.Of(key, edges, threads, scheme.MemoryLimit, cancellationToken);
    }

    public FfgEmbedding Run()
    {
        Flips flips = scheme.Binarisation == Binarisation.Budget ? SpendBudget() : Binarise();
        CheckDistortion(flips.Pairs.Length, scheme, key.Graph);
        return Apply(flips);
    }

    private Flips SpendBudget()
    {
        int budget = scheme.Budget!.Value;
        CheckBudget(budget);
        ulong[] nonEdges = NonEdges();
        SpectralField field = material.ScoreField();
        long addable = scheme.Candidates == CandidateRule.Dense ? FfgWatermark.Pairs(positions.Count) - edges.Length : nonEdges.Length;
        long candidates = scheme.Selection switch
        {
            FlipSelection.AdditionsOnly => addable,
            FlipSelection.RemovalsOnly => edges.Length,
            _ => addable + edges.Length,
        };
        ulong[] pairs = scheme.Preserve switch
        {
            Preserve.Degrees => new DegreeSwitches(field, positions, original, scheme.Protected, cancellationToken).Find(
                budget / 4,
                (int)Math.Min(addable, Array.MaxLength / 4),
                count => Best(field, nonEdges, count, 0, together: false, scheme.Protected)
            ),
            Preserve.Connectivity => KeepConnected(field, nonEdges, budget),
            _ => Best(field, nonEdges, budget, scheme.Protected),
        };
        if (pairs.Length < budget)
        {
            throw new ArgumentException(
                $"Budget is {budget}; only {pairs.Length} of the candidate pairs can be flipped in the direction of the field (Selection {scheme.Selection}, Preserve {scheme.Preserve})."
            );
        }
        return new Flips(pairs, candidates, addable, MeanGain(field, pairs));
    }

    private void CheckBudget(int budget)
    {
        long all = FfgWatermark.Pairs(key.Graph.Nodes);
        if (budget > all)
        {
            throw new ArgumentException($"Budget is {budget}; the graph has {all} pairs.");
        }
        CheckDistortion(budget, scheme, key.Graph);
    }

    private ulong[] NonEdges()
    {
        if (scheme.Candidates != CandidateRule.Sampled || scheme.Selection == FlipSelection.RemovalsOnly)
        {
            return [];
        }
        using KeyStream stream = new(key.Secret, "candidates");
        return SampledPairs.Draw(positions.Count, edges, scheme.SampledNonEdges!.Value, stream, cancellationToken);
    }

    private ulong[] Best(SpectralField field, ulong[] nonEdges, int budget, Func<int, int, bool>? isProtected)
    {
        (int additions, int removals) = scheme.Selection switch
        {
            FlipSelection.Balanced => (budget - (budget / 2), budget / 2),
            FlipSelection.AdditionsOnly => (budget, 0),
            FlipSelection.RemovalsOnly => (0, budget),
            _ => (budget, budget),
        };
        return Best(field, nonEdges, additions, removals, scheme.Selection == FlipSelection.Free, isProtected);
    }

    private ulong[] Best(
        SpectralField field,
        ulong[] nonEdges,
        int additions,
        int removals,
        bool together,
        Func<int, int, bool>? isProtected
    )
    {
        FlipSearch search = Search(scheme with { Protected = isProtected });
        BudgetFlips found =
            scheme.Candidates == CandidateRule.Dense
                ? search.BudgetDense(field, additions, removals, together)
                : search.BudgetSampled(field, nonEdges, additions, removals, together);
        return found.Select(pair => Gain(field, pair));
    }

    // Removals that would part their ends are forbidden, and the budget is spent anew, until none is left.
    private ulong[] KeepConnected(SpectralField field, ulong[] nonEdges, int budget)
    {
        HashSet<(int, int)> kept = [];
        while (true)
        {
            ulong[] pairs = Best(field, nonEdges, budget, (u, v) => kept.Contains((u, v)) || scheme.Protected?.Invoke(u, v) == true);
            (int, int)[] removals =
            [
                .. pairs
                    .Where(pair => Array.BinarySearch(edges, pair) >= 0)
                    .OrderByDescending(pair => Gain(field, pair))
                    .Select(pair => PositionPair.Unpack(pair))
                    .Select(p => positions.NodesAt(p.X, p.Y)),
            ];
            IReadOnlyList<(int, int)> parting = PartingRemovals.Of(original, removals, cancellationToken);
            if (parting.Count == 0)
            {
                return pairs;
            }
            kept.UnionWith(parting);
        }
    }

    private Flips Binarise()
    {
        double unit = material.DeltaDeviation();
        double sigma = Strength.Sigma(scheme, key.Graph, unit);
        double expected = Strength.ExpectedFlips(scheme.Binarisation!.Value, sigma * unit, key.Graph);
        CheckDistortion((long)Math.Round(expected), scheme, key.Graph);
        SpectralField delta = material.DeltaField(sigma);
        FlipSearch search = Search(scheme);
        using KeyStream stream = new(key.Secret, "rounding");
        ulong[] pairs = scheme.Binarisation switch
        {
            Binarisation.Stochastic => search.Stochastic(delta, stream),
            Binarisation.TopE => search.TopE(delta),
            _ => search.Threshold(delta),
        };
        long all = FfgWatermark.Pairs(key.Graph.Nodes);
        return new Flips(pairs, all, all - key.Graph.Edges, null);
    }

    private FlipSearch Search(FfgOptions limits) => new(original, positions, edges, limits, threads, progress, cancellationToken);

    private double Gain(SpectralField field, ulong pair)
    {
        (int x, int y) = PositionPair.Unpack(pair);
        double value = field.At(x, y);
        return Array.BinarySearch(edges, pair) >= 0 ? -value : value;
    }

    // Of switches, whose gains no threshold determines: the mean gain in standard deviations of the field.
    private double? MeanGain(SpectralField field, ulong[] pairs)
    {
        if (scheme.Preserve != Preserve.Degrees)
        {
            return null;
        }
        double power = 0;
        for (int i = 0; i < field.Real.Length; i++)
        {
            // A wave and its mirror: a mean square of one half each.
            power += (field.Real[i] * field.Real[i]) + (field.Imaginary[i] * field.Imaginary[i]);
        }
        return pairs.Average(pair => Gain(field, pair)) / Math.Sqrt(power);
    }

    private static void CheckDistortion(long flips, FfgOptions scheme, GraphInfo graph)
    {
        long pairs = FfgWatermark.Pairs(graph.Nodes);
        if (flips > pairs / 2)
        {
            throw new DistortionExceededException(flips, pairs / 2, "half of all pairs");
        }
        if (scheme.MaxDistortion is { } share && flips > share * graph.Edges)
        {
            throw new DistortionExceededException(
                flips,
                (long)(share * graph.Edges),
                string.Create(CultureInfo.InvariantCulture, $"MaxDistortion {share} of {graph.Edges} edges")
            );
        }
    }

    private FfgEmbedding Apply(Flips flips)
    {
        EdgeEdit[] edits = new EdgeEdit[flips.Pairs.Length];
        int added = 0;
        for (int i = 0; i < edits.Length; i++)
        {
            (int x, int y) = PositionPair.Unpack(flips.Pairs[i]);
            (int u, int v) = positions.NodesAt(x, y);
            bool isEdge = original.HasEdge(u, v);
            edits[i] = new EdgeEdit(u, v, isEdge ? EditKind.Remove : EditKind.Add);
            added += isEdge ? 0 : 1;
        }
        Array.Sort(edits, static (a, b) => a.U != b.U ? a.U.CompareTo(b.U) : a.V.CompareTo(b.V));
        double tau = edits.Length == 0 ? double.PositiveInfinity : StandardNormal.InverseUpperTail((double)edits.Length / flips.Candidates);
        return new FfgEmbedding(
            edits.Length == 0 ? original : original.ApplyEdits(edits),
            edits,
            flips.Candidates,
            tau,
            Prediction.Similarity(key.Scheme, edits.Length, added, flips.Candidates, flips.Addable, flips.MeanGain),
            edits.Length == 0 ? EmbedWarning.NoEffect : EmbedWarning.None
        );
    }

    private readonly record struct Flips(ulong[] Pairs, long Candidates, long Addable, double? MeanGain);
}
