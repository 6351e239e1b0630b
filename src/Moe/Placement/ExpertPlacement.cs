namespace ResearchKit.Moe;

/// <summary>Which rank holds which expert of a layer. An expert may be held by several ranks (replicas); every expert is held by at least one.</summary>
public sealed class ExpertPlacement
{
    private readonly int[][] _ranksOf;
    private readonly int[][] _expertsOf;
    private readonly bool[] _resident;

    private ExpertPlacement(int experts, int[][] expertsOf)
    {
        (Ranks, Experts, _expertsOf) = (expertsOf.Length, experts, expertsOf);
        _resident = new bool[Ranks * experts];
        List<int>[] ranksOf = [.. Enumerable.Range(0, experts).Select(_ => new List<int>(1))];
        for (int rank = 0; rank < Ranks; rank++)
        {
            foreach (int expert in expertsOf[rank])
            {
                ranksOf[expert].Add(rank);
                _resident[(rank * experts) + expert] = true;
            }
        }

        _ranksOf = [.. ranksOf.Select(static ranks => ranks.ToArray())];
    }

    /// <summary>G, the number of ranks.</summary>
    public int Ranks { get; }

    /// <summary>E, the number of experts.</summary>
    public int Experts { get; }

    /// <summary>Whether some expert is held by more than one rank.</summary>
    public bool HasReplicas => _ranksOf.Any(static ranks => ranks.Length > 1);

    /// <summary>The most experts that a rank holds: K, the slots it needs.</summary>
    public int Slots => _expertsOf.Max(static experts => experts.Length);

    /// <summary>Expert e on rank e / (E / G); where G does not divide E, the first ranks hold one more.</summary>
    /// <param name="ranks">G; at least 1.</param>
    /// <param name="experts">E; at least G.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer experts than ranks, or no ranks.</exception>
    public static ExpertPlacement Contiguous(int ranks, int experts)
    {
        RequireSizes(ranks, experts);
        (int share, int rest) = Math.DivRem(experts, ranks);
        int[][] held = new int[ranks][];
        int next = 0;
        for (int rank = 0; rank < ranks; rank++)
        {
            int count = share + (rank < rest ? 1 : 0);
            held[rank] = [.. Enumerable.Range(next, count)];
            next += count;
        }

        return new(experts, held);
    }

    /// <summary>Expert e on rank e mod G.</summary>
    /// <param name="ranks">G; at least 1.</param>
    /// <param name="experts">E; at least G.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer experts than ranks, or no ranks.</exception>
    public static ExpertPlacement RoundRobin(int ranks, int experts)
    {
        RequireSizes(ranks, experts);
        return new(
            experts,
            [.. Enumerable.Range(0, ranks).Select(rank => Enumerable.Range(0, experts).Where(expert => expert % ranks == rank).ToArray())]
        );
    }

    /// <summary>A placement given by the experts of each rank, each expert once.</summary>
    /// <param name="expertsOfRanks">For each rank its experts, in the order of its slots.</param>
    /// <param name="experts">E.</param>
    /// <exception cref="ArgumentException">An expert is missing, repeated or unknown; the message lists them.</exception>
    public static ExpertPlacement Of(IReadOnlyList<IReadOnlyList<int>> expertsOfRanks, int experts) =>
        Checked(expertsOfRanks, experts, replicas: false);

    /// <summary>A placement with replicas: an expert may be held by several ranks, but only once by each.</summary>
    /// <param name="expertsOfRanks">For each rank its experts, in the order of its slots; a second replica on the same rank is dropped.</param>
    /// <param name="experts">E.</param>
    /// <exception cref="ArgumentException">An expert is missing or unknown; the message lists them.</exception>
    public static ExpertPlacement OfReplicas(IReadOnlyList<IReadOnlyList<int>> expertsOfRanks, int experts)
    {
        ArgumentNullException.ThrowIfNull(expertsOfRanks);
        return Checked([.. expertsOfRanks.Select(static held => (IReadOnlyList<int>)[.. held.Distinct()])], experts, replicas: true);
    }

    /// <summary>The ranks that hold an expert, ascending.</summary>
    /// <param name="expert">The expert.</param>
    public ReadOnlySpan<int> RanksOf(int expert) => _ranksOf[expert];

    /// <summary>The experts that a rank holds, in the order of its slots.</summary>
    /// <param name="rank">The rank.</param>
    public ReadOnlySpan<int> ExpertsOf(int rank) => _expertsOf[rank];

    /// <summary>Whether a rank holds an expert.</summary>
    /// <param name="rank">The rank.</param>
    /// <param name="expert">The expert.</param>
    public bool Holds(int rank, int expert) => _resident[(rank * Experts) + expert];

    private static ExpertPlacement Checked(IReadOnlyList<IReadOnlyList<int>> expertsOfRanks, int experts, bool replicas)
    {
        ArgumentNullException.ThrowIfNull(expertsOfRanks);
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        if (expertsOfRanks.Count == 0)
        {
            throw new ArgumentException("A placement has at least one rank.", nameof(expertsOfRanks));
        }

        int[] unknown =
        [
            .. expertsOfRanks.SelectMany(static held => held).Where(expert => expert < 0 || expert >= experts).Distinct().Order(),
        ];
        ILookup<int, int> held = expertsOfRanks.SelectMany(static held => held).ToLookup(static expert => expert);
        int[] missing = [.. Enumerable.Range(0, experts).Where(expert => !held.Contains(expert))];
        int[] repeated = replicas ? [] : [.. held.Where(static copies => copies.Count() > 1).Select(static copies => copies.Key).Order()];
        if (unknown.Length + missing.Length + repeated.Length > 0)
        {
            throw new ArgumentException(
                $"A placement holds each of the experts 0 to {experts - 1} once:{List(" missing", missing)}{List(" repeated", repeated)}{List(" unknown", unknown)}",
                nameof(expertsOfRanks)
            );
        }

        return new(experts, [.. expertsOfRanks.Select(static held => held.ToArray())]);
    }

    private static string List(string what, int[] experts) => experts.Length == 0 ? "" : $"{what} {string.Join(", ", experts)};";

    private static void RequireSizes(int ranks, int experts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, ranks);
    }
}
