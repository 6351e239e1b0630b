namespace ResearchKit.Moe;

/// <summary>Which experts' weights go from the rank that holds them to the ranks that compute them; every rank finds the same from the schedule.</summary>
internal sealed class PeerWeights
{
    public PeerWeights(Schedule schedule, ExpertPlacement placement, int rank)
    {
        int ranks = schedule.Ranks;
        SentTo = new int[ranks];
        From = [.. Enumerable.Range(0, ranks).Select(_ => new List<int>())];
        for (int to = 0; to < ranks; to++)
        {
            for (int expert = 0; expert < schedule.Experts; expert++)
            {
                if (schedule.TokensOf(expert, to) == 0 || placement.Holds(to, expert))
                {
                    continue;
                }

                int owner = placement.RanksOf(expert)[0];
                if (owner == rank)
                {
                    Sent.Add(expert);
                    SentTo[to]++;
                }

                if (to == rank)
                {
                    From[owner].Add(expert);
                }
            }
        }
    }

    /// <summary>The experts sent, by destination.</summary>
    public List<int> Sent { get; } = [];

    /// <summary>How many go to each rank.</summary>
    public int[] SentTo { get; }

    /// <summary>The experts that come from each rank.</summary>
    public List<int>[] From { get; }
}
