using Google.OrTools.Graph;
using Google.OrTools.Sat;
using ResearchKit.Numerics;

namespace ResearchKit.Moe;

/// <summary>
/// ExFlow: experts of consecutive layers that the same tokens visit are put on the same rank, so that fewer tokens change the rank; each rank holds E / G experts of each layer. The authors
/// bisect by integer programs; here small problems are solved exactly (constraint programming), larger ones layer by layer (each layer an optimal assignment given its neighbour) with swaps.
/// </summary>
/// <param name="options">The search; the defaults if null.</param>
public sealed class ExFlowPlacement(ExFlowOptions? options = null) : IExpertPlacement
{
    private readonly ExFlowOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "exflow";

    /// <inheritdoc/>
    public IReadOnlyList<ExpertPlacement> Place(PlacementRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ExpertAffinity affinity =
            request.Affinity ?? throw new ArgumentException("ExFlow places by the paths of tokens: give Affinity.", nameof(request));
        if (affinity.Experts != request.Experts || affinity.Layers != request.Layers)
        {
            throw new ArgumentException(
                $"The affinity is of {affinity.Experts} experts and {affinity.Layers} layers, asked for are {request.Experts} and {request.Layers}.",
                nameof(request)
            );
        }

        if (request.Ranks < 1 || request.Experts % request.Ranks != 0)
        {
            throw new ArgumentException(
                $"ExFlow puts equally many experts on each rank: {request.Ranks} ranks do not divide {request.Experts} experts.",
                nameof(request)
            );
        }

        int[][] best = Greedy(affinity, request.Ranks, cancellationToken);
        if (request.Layers * request.Experts * request.Ranks <= _options.ExactUpTo && request.Ranks > 1)
        {
            best = Exact(affinity, request.Ranks, best);
        }

        return [.. best.Select(layer => ToPlacement(layer, request.Ranks))];
    }

    private int[][] Greedy(ExpertAffinity affinity, int ranks, CancellationToken cancellationToken)
    {
        int[][]? best = null;
        long most = -1;
        for (int start = 0; start < _options.Starts; start++)
        {
            int[] order =
                start == 0
                    ? [.. Enumerable.Range(0, affinity.Experts)]
                    : RandomStream
                        .Named("exflow", start.ToString(System.Globalization.CultureInfo.InvariantCulture))
                        .Permutation(affinity.Experts);
            int[][] layers = new int[affinity.Layers][];
            layers[0] = new int[affinity.Experts];
            for (int i = 0; i < order.Length; i++)
            {
                layers[0][order[i]] = i / (affinity.Experts / ranks);
            }

            for (int layer = 1; layer < layers.Length; layer++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                layers[layer] = Assign(Gains(affinity, layers, layer, ranks, forwards: false), ranks);
            }

            // Each layer anew, given both neighbours, until nothing is gained.
            for (long kept = Kept(affinity, layers), before = -1; kept > before; )
            {
                before = kept;
                for (int layer = 0; layer < layers.Length; layer++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    layers[layer] = Assign(Gains(affinity, layers, layer, ranks, forwards: true), ranks);
                }

                kept = Kept(affinity, layers);
            }

            long value = Kept(affinity, layers);
            if (value > most)
            {
                (best, most) = (layers, value);
            }
        }

        return best!;
    }

    /// <summary>What each expert of a layer keeps on each rank, given the neighbouring layers.</summary>
    private static long[,] Gains(ExpertAffinity affinity, int[][] layers, int layer, int ranks, bool forwards)
    {
        long[,] gains = new long[affinity.Experts, ranks];
        for (int expert = 0; expert < affinity.Experts; expert++)
        {
            for (int other = 0; other < affinity.Experts; other++)
            {
                if (layer > 0)
                {
                    gains[expert, layers[layer - 1][other]] += affinity[layer - 1, other, expert];
                }

                if (forwards && layer + 1 < layers.Length)
                {
                    gains[expert, layers[layer + 1][other]] += affinity[layer, expert, other];
                }
            }
        }

        return gains;
    }

    /// <summary>The best assignment of experts to ranks of equal size: a flow of least cost.</summary>
    private static int[] Assign(long[,] gains, int ranks)
    {
        int experts = gains.GetLength(0);
        long most = gains.Cast<long>().Max();
        MinCostFlow flow = new();
        for (int expert = 0; expert < experts; expert++)
        {
            for (int rank = 0; rank < ranks; rank++)
            {
                flow.AddArcWithCapacityAndUnitCost(expert, experts + rank, 1, most - gains[expert, rank]);
            }

            flow.SetNodeSupply(expert, 1);
        }

        for (int rank = 0; rank < ranks; rank++)
        {
            flow.SetNodeSupply(experts + rank, -experts / ranks);
        }

        if (flow.Solve() != MinCostFlowBase.Status.OPTIMAL)
        {
            throw new ResearchKitException(
                MoeErrors.NoSolution,
                "The assignment of experts to ranks was not solved.",
                "Report this: it always has a solution."
            );
        }

        int[] assigned = new int[experts];
        for (int arc = 0; arc < flow.NumArcs(); arc++)
        {
            if (flow.Flow(arc) > 0)
            {
                assigned[flow.Tail(arc)] = flow.Head(arc) - experts;
            }
        }

        return assigned;
    }

    private int[][] Exact(ExpertAffinity affinity, int ranks, int[][] hint)
    {
        CpModel model = new();
        BoolVar[,,] on = new BoolVar[affinity.Layers, affinity.Experts, ranks];
        for (int layer = 0; layer < affinity.Layers; layer++)
        {
            for (int expert = 0; expert < affinity.Experts; expert++)
            {
                for (int rank = 0; rank < ranks; rank++)
                {
                    on[layer, expert, rank] = model.NewBoolVar($"{layer} {expert} {rank}");
                    model.AddHint(on[layer, expert, rank], hint[layer][expert] == rank);
                }

                model.AddExactlyOne(Enumerable.Range(0, ranks).Select(rank => on[layer, expert, rank]));
            }

            for (int rank = 0; rank < ranks; rank++)
            {
                model.Add(
                    LinearExpr.Sum(Enumerable.Range(0, affinity.Experts).Select(expert => on[layer, expert, rank]))
                        == affinity.Experts / ranks
                );
            }
        }

        // Ranks have no names: the first expert may stay where the hint has it.
        model.Add(on[0, 0, hint[0][0]] == 1);
        List<BoolVar> kept = [];
        List<long> tokens = [];
        for (int layer = 0; layer + 1 < affinity.Layers; layer++)
        {
            for (int expert = 0; expert < affinity.Experts; expert++)
            {
                for (int next = 0; next < affinity.Experts; next++)
                {
                    if (affinity[layer, expert, next] == 0)
                    {
                        continue;
                    }

                    BoolVar together = model.NewBoolVar($"{layer} {expert}-{next}");
                    for (int rank = 0; rank < ranks; rank++)
                    {
                        model.AddBoolOr([together.Not(), on[layer, expert, rank].Not(), on[layer + 1, next, rank]]);
                    }

                    kept.Add(together);
                    tokens.Add(affinity[layer, expert, next]);
                }
            }
        }

        model.Maximize(LinearExpr.WeightedSum(kept, tokens));
        CpSolver solver = new()
        {
            StringParameters = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"num_workers:1 random_seed:1 max_deterministic_time:{_options.Effort}"
            ),
        };
        CpSolverStatus status = solver.Solve(model);
        if (status is not (CpSolverStatus.Optimal or CpSolverStatus.Feasible) || solver.ObjectiveValue < Kept(affinity, hint))
        {
            return hint;
        }

        return
        [
            .. Enumerable
                .Range(0, affinity.Layers)
                .Select(layer =>
                    Enumerable
                        .Range(0, affinity.Experts)
                        .Select(expert => Enumerable.Range(0, ranks).First(rank => solver.BooleanValue(on[layer, expert, rank])))
                        .ToArray()
                ),
        ];
    }

    private static long Kept(ExpertAffinity affinity, int[][] layers)
    {
        long kept = 0;
        for (int layer = 0; layer + 1 < layers.Length; layer++)
        {
            for (int expert = 0; expert < affinity.Experts; expert++)
            {
                for (int next = 0; next < affinity.Experts; next++)
                {
                    kept += layers[layer][expert] == layers[layer + 1][next] ? affinity[layer, expert, next] : 0;
                }
            }
        }

        return kept;
    }

    private static ExpertPlacement ToPlacement(int[] rankOf, int ranks) =>
        ExpertPlacement.Of(
            [
                .. Enumerable
                    .Range(0, ranks)
                    .Select(rank => (IReadOnlyList<int>)[.. Enumerable.Range(0, rankOf.Length).Where(expert => rankOf[expert] == rank)]),
            ],
            rankOf.Length
        );
}
