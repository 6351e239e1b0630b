using System.Globalization;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// Matches the nodes of a graph whose ids were lost with those of the original. Nodes with clearly similar neighbourhoods are seeds; then, a few times, every matched
/// pair votes for the pairs of its neighbours, and the clearest votes make the next matching.
/// </summary>
public sealed class NodeRegistration
{
    /// <summary>Rounds of voting. Default 4.</summary>
    public int Rounds
    {
        get;
        init => field = value >= 0 ? value : throw OutOfRange(nameof(Rounds), value, "at least 0");
    } = 4;

    /// <summary>A seed's squared distance is below this share of the second nearest's. Default 0.7.</summary>
    public double SeedRatio
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw OutOfRange(nameof(SeedRatio), value, "above 0 and at most 1");
    } = 0.7;

    /// <summary>Nodes of a larger degree in the original do not vote. Default 600.</summary>
    public int MostVotingDegree
    {
        get;
        init => field = value >= 1 ? value : throw OutOfRange(nameof(MostVotingDegree), value, "at least 1");
    } = 600;

    /// <summary>A match needs so many votes. Default 2.</summary>
    public int LeastVotes
    {
        get;
        init => field = value >= 1 ? value : throw OutOfRange(nameof(LeastVotes), value, "at least 1");
    } = 2;

    /// <summary>Matches.</summary>
    /// <param name="original">The original.</param>
    /// <param name="suspect">The other graph; its ids are not used.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The matching, one-to-one; it may be empty.</returns>
    public NodeMatching Match(Graph original, Graph suspect, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(suspect);
        int[] matched = Seeds(original, suspect, cancellationToken);
        int seeds = matched.Count(m => m >= 0);
        for (int round = 0; round < Rounds; round++)
        {
            matched = Vote(original, suspect, matched, cancellationToken);
        }
        return new NodeMatching(NodeAlignment.Of(original, suspect, matched), seeds, matched.Count(m => m >= 0));
    }

    private int[] Seeds(Graph original, Graph suspect, CancellationToken cancellationToken)
    {
        NodeFeatures first = new(original);
        NodeFeatures second = new(suspect);
        (int Nearest, bool Clear)[] there = NearestNodes.Of(first, second, SeedRatio, cancellationToken);
        (int Nearest, bool Clear)[] back = NearestNodes.Of(second, first, SeedRatio, cancellationToken);
        int[] matched = new int[original.NodeCount];
        for (int node = 0; node < matched.Length; node++)
        {
            (int nearest, bool clear) = there[node];
            matched[node] = clear && back[nearest].Nearest == node ? nearest : -1;
        }
        return matched;
    }

    private int[] Vote(Graph original, Graph suspect, int[] matched, CancellationToken cancellationToken)
    {
        (double Gap, int Node, int Match)[] proposals = new (double, int, int)[original.NodeCount];
        Parallel.For(
            0,
            original.NodeCount,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => (Votes: new int[suspect.NodeCount], Touched: new List<int>()),
            (node, _, counts) =>
            {
                proposals[node] = Propose(original, suspect, matched, node, counts.Votes, counts.Touched);
                return counts;
            },
            _ => { }
        );
        Array.Sort(proposals, static (a, b) => a.Gap != b.Gap ? b.Gap.CompareTo(a.Gap) : a.Node.CompareTo(b.Node));
        int[] next = new int[original.NodeCount];
        Array.Fill(next, -1);
        bool[] taken = new bool[suspect.NodeCount];
        foreach ((_, int node, int match) in proposals)
        {
            if (match >= 0 && !taken[match])
            {
                next[node] = match;
                taken[match] = true;
            }
        }
        return next;
    }

    private (double Gap, int Node, int Match) Propose(
        Graph original,
        Graph suspect,
        int[] matched,
        int node,
        int[] votes,
        List<int> touched
    )
    {
        foreach (int neighbour in original.Neighbours(node))
        {
            if (matched[neighbour] < 0 || original.Degree(neighbour) > MostVotingDegree)
            {
                continue;
            }
            foreach (int other in suspect.Neighbours(matched[neighbour]))
            {
                if (votes[other]++ == 0)
                {
                    touched.Add(other);
                }
            }
        }
        (int best, double first, double second) = (-1, 0, 0);
        foreach (int other in touched)
        {
            double score = votes[other] / Math.Sqrt(suspect.Degree(other));
            if (score > first || (score == first && other < best))
            {
                (best, first, second) = (other, score, first);
            }
            else if (score > second)
            {
                second = score;
            }
        }
        // Two equally good matches are none.
        bool enough = best >= 0 && votes[best] >= LeastVotes && first > second;
        foreach (int other in touched)
        {
            votes[other] = 0;
        }
        touched.Clear();
        return enough ? (first - second, node, best) : (double.NegativeInfinity, node, -1);
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object value, string allowed) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}."));
}
