namespace ResearchKit.Moe;

/// <summary>
/// Where each token of a rank goes: rows are sent by destination, then expert, then their order in the batch; the tokens for one expert go to destinations 0, 1, 2, ... in that order. Used again for every
/// batch.
/// </summary>
internal sealed class TokenPacking
{
    private int[] _entries = []; // tokens x k by expert, in order
    private int[] _starts = [];

    /// <summary>For each row that is sent, the token and choice it is; -1 for a row of zeros.</summary>
    public int[] EntryOfRow { get; private set; } = [];

    /// <summary>For each token and choice, the row it is sent in; -1 if it is dropped.</summary>
    public int[] RowOfEntry { get; private set; } = [];

    /// <summary>The rows for each destination.</summary>
    public int[] RowsTo { get; private set; } = [];

    /// <summary>The rows from each source.</summary>
    public int[] RowsFrom { get; private set; } = [];

    /// <summary>All rows that are sent.</summary>
    public int Sent { get; private set; }

    /// <summary>All rows that are received.</summary>
    public int Received { get; private set; }

    /// <summary>Rows of zeros among those that are sent.</summary>
    public int Padded { get; private set; }

    public void Plan(TokenRouting routing, Schedule schedule, ExpertPlacement placement, int rank)
    {
        int ranks = schedule.Ranks;
        int experts = schedule.Experts;
        Sort(routing, experts);
        if (RowsTo.Length != ranks)
        {
            (RowsTo, RowsFrom) = (new int[ranks], new int[ranks]);
        }

        (Sent, Received, Padded) = (0, 0, 0);
        for (int other = 0; other < ranks; other++)
        {
            (RowsTo[other], RowsFrom[other]) = (0, 0);
            for (int expert = 0; expert < experts; expert++)
            {
                RowsTo[other] += Rows(schedule, placement, rank, expert, other);
                RowsFrom[other] += Rows(schedule, placement, other, expert, rank);
            }

            Sent += RowsTo[other];
            Received += RowsFrom[other];
        }

        Resize(routing.Experts.Length);
        Span<int> next = stackalloc int[0];
        next = experts <= 1024 ? stackalloc int[experts] : new int[experts];
        _starts.AsSpan(0, experts).CopyTo(next);
        int row = 0;
        for (int to = 0; to < ranks; to++)
        {
            for (int expert = 0; expert < experts; expert++)
            {
                int tokens = schedule[rank, expert, to];
                for (int i = 0; i < tokens; i++, row++)
                {
                    int entry = _entries[next[expert]++];
                    EntryOfRow[row] = entry;
                    RowOfEntry[entry] = row;
                }

                for (int rows = Rows(schedule, placement, rank, expert, to); tokens < rows; tokens++, row++)
                {
                    EntryOfRow[row] = -1;
                    Padded++;
                }
            }
        }
    }

    /// <summary>The rows, zeros included, that one rank sends another for an expert.</summary>
    public static int Rows(Schedule schedule, ExpertPlacement placement, int source, int expert, int destination) =>
        schedule.Capacity > 0 ? (placement.Holds(destination, expert) ? schedule.Capacity : 0) : schedule[source, expert, destination];

    private void Sort(TokenRouting routing, int experts)
    {
        ReadOnlySpan<int> chosen = routing.Experts;
        if (_starts.Length < experts + 1)
        {
            _starts = new int[experts + 1];
        }

        if (_entries.Length < chosen.Length)
        {
            _entries = new int[chosen.Length];
        }

        Span<int> starts = _starts.AsSpan(0, experts + 1);
        starts.Clear();
        foreach (int expert in chosen)
        {
            starts[expert + 1]++;
        }

        for (int expert = 0; expert < experts; expert++)
        {
            starts[expert + 1] += starts[expert];
        }

        for (int entry = 0; entry < chosen.Length; entry++)
        {
            _entries[starts[chosen[entry]]++] = entry;
        }

        for (int expert = experts; expert > 0; expert--)
        {
            starts[expert] = starts[expert - 1];
        }

        starts[0] = 0;
    }

    private void Resize(int entries)
    {
        if (EntryOfRow.Length < Sent)
        {
            EntryOfRow = new int[Sent];
        }

        if (RowOfEntry.Length < entries)
        {
            RowOfEntry = new int[entries];
        }

        RowOfEntry.AsSpan(0, entries).Fill(-1);
    }
}
