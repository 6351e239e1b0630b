namespace ResearchKit.Moe;

/// <summary>
/// The order in which a rank computes its experts (arXiv:2506.12417, asynchronous fetching). Two resident experts come first, the largest; while one is computed, the other's slot or its own takes the
/// first experts that are not resident, in turn; the other residents come last.
/// </summary>
public static class WorkOrder
{
    /// <summary>The order of the asynchronous strategy.</summary>
    /// <param name="residentBySlot">The expert in each slot.</param>
    /// <param name="tokens">The tokens of each expert on this rank.</param>
    /// <returns>The experts with tokens. Without any resident among them, all go through slot 0, and the first must be loaded before anything is computed.</returns>
    /// <exception cref="ArgumentException">There is no slot.</exception>
    public static IReadOnlyList<ExpertWork> Asynchronous(ReadOnlySpan<int> residentBySlot, ReadOnlySpan<int> tokens)
    {
        (List<ExpertWork> residents, List<int> others) = Split(residentBySlot, tokens);
        if (residents.Count == 0)
        {
            return [.. others.Select(static expert => new ExpertWork(expert, 0, IsFetched: true))];
        }

        int first = residents[0].Slot;
        int second = residents.Count > 1 ? residents[1].Slot : first;
        return
        [
            .. residents.Take(2),
            .. others.Select((expert, i) => new ExpertWork(expert, i % 2 == 0 ? first : second, IsFetched: true)),
            .. residents.Skip(2),
        ];
    }

    /// <summary>The order of the synchronous strategy: residents first, then the others one by one through slot 0, each fetch blocking.</summary>
    /// <param name="residentBySlot">The expert in each slot.</param>
    /// <param name="tokens">The tokens of each expert on this rank.</param>
    /// <exception cref="ArgumentException">There is no slot.</exception>
    public static IReadOnlyList<ExpertWork> Synchronous(ReadOnlySpan<int> residentBySlot, ReadOnlySpan<int> tokens)
    {
        (List<ExpertWork> residents, List<int> others) = Split(residentBySlot, tokens);
        return [.. residents, .. others.Select(static expert => new ExpertWork(expert, 0, IsFetched: true))];
    }

    private static (List<ExpertWork> Residents, List<int> Others) Split(ReadOnlySpan<int> residentBySlot, ReadOnlySpan<int> tokens)
    {
        if (residentBySlot.IsEmpty)
        {
            throw new ArgumentException("A rank has at least one slot for experts.", nameof(residentBySlot));
        }

        List<(int Slot, int Expert, int Tokens)> held = [];
        bool[] resident = new bool[tokens.Length];
        for (int slot = 0; slot < residentBySlot.Length; slot++)
        {
            int expert = residentBySlot[slot];
            resident[expert] = true;
            if (tokens[expert] > 0)
            {
                held.Add((slot, expert, tokens[expert]));
            }
        }

        List<int> others = [];
        for (int expert = 0; expert < tokens.Length; expert++)
        {
            if (tokens[expert] > 0 && !resident[expert])
            {
                others.Add(expert);
            }
        }

        return (
            [.. held.OrderByDescending(static h => h.Tokens).Select(static h => new ExpertWork(h.Expert, h.Slot, IsFetched: false))],
            others
        );
    }
}
