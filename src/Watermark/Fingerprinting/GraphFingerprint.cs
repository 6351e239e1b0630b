using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>
/// Fingerprints that survive collusion: all users' copies share the secret pairs that an FFG key flips, and a user's copy flips those where his word of a
/// <see cref="TardosCode"/> has a 1. Colluders who mix their copies still leave a word that names one of them.
/// </summary>
/// <param name="key">A key whose scheme has <see cref="FfgOptions.Colluders"/>; its budget is the number of positions.</param>
public sealed class GraphFingerprint(FfgKey key)
{
    private readonly FfgKey key = Check(key);

    /// <summary>The threads to use. Default all processors; results do not depend on it.</summary>
    public int Threads
    {
        get;
        init =>
            field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value, "At least one thread is needed.");
    } = Environment.ProcessorCount;

    /// <summary>Makes the copies of some users. The original is not changed.</summary>
    /// <param name="original">The graph the key was made for.</param>
    /// <param name="users">The users, each named by a text that must be kept; all different.</param>
    /// <param name="progress">Told the share of the work done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One result a user, in order.</returns>
    /// <exception cref="ArgumentException">A name is empty or given twice.</exception>
    /// <exception cref="KeyMismatchException">The key was made for another graph.</exception>
    public IReadOnlyList<EmbedResult> Embed(
        Graph original,
        IReadOnlyList<string> users,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(original);
        CheckUsers(users);
        EdgeEdit[] positions = Positions(original, progress, cancellationToken);
        double[] biases = Biases(positions.Length);
        return
        [
            .. users.Select(user =>
            {
                bool[] word = Word(biases, user);
                EdgeEdit[] edits = [.. positions.Where((_, t) => word[t]).OrderBy(e => e.U).ThenBy(e => e.V)];
                return edits.Length == 0
                    ? new EmbedResult(original, edits, EmbedWarning.NoEffect)
                    : new EmbedResult(original.ApplyEdits(edits), edits, EmbedWarning.None);
            }),
        ];
    }

    /// <summary>Names the users whose copies a suspect graph was made of.</summary>
    /// <param name="suspect">The graph.</param>
    /// <param name="original">The unmarked original.</param>
    /// <param name="users">The users who may have leaked it.</param>
    /// <param name="falseAccusation">The probability that a given innocent user is accused. Default 1e-6.</param>
    /// <param name="registration">If given, nodes are matched by structure instead of by id.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">A name is empty or given twice, or the probability is not between 0 and 1.</exception>
    /// <exception cref="KeyMismatchException">The key was made for another graph.</exception>
    /// <exception cref="IdMismatchException">Fewer than a tenth of the nodes have ids that both graphs know.</exception>
    public FingerprintIdentification Identify(
        Graph suspect,
        Graph original,
        IReadOnlyList<string> users,
        double falseAccusation = 1e-6,
        NodeRegistration? registration = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(suspect);
        ArgumentNullException.ThrowIfNull(original);
        CheckUsers(users);
        double threshold = TardosCode.Threshold(falseAccusation);
        EdgeEdit[] positions = Positions(original, progress: null, cancellationToken);
        NodeMatching? matching = registration?.Match(original, suspect, cancellationToken);
        NodeAlignment alignment = matching?.Alignment ?? GraphDifference.Align(original, suspect);
        bool?[] observed = [.. positions.Select(position => Observe(position, alignment, suspect))];
        double[] biases = Biases(positions.Length);
        UserScore[] scores =
        [
            .. users
                .Select(user =>
                {
                    double score = TardosCode.Score(biases, Word(biases, user), observed);
                    return new UserScore(user, score, StandardNormal.UpperTail(score), score > threshold);
                })
                .OrderByDescending(u => u.Score)
                .ThenBy(u => u.User, StringComparer.Ordinal),
        ];
        return new FingerprintIdentification(
            scores,
            threshold,
            observed.Count(o => o is not null),
            observed.Count(o => o == true),
            new IdReport(alignment.Common, alignment.OnlyInFirst, alignment.OnlyInSecond)
        )
        {
            Registration = matching,
        };
    }

    // Whether the pair differs from the original; unknown if one of its nodes has no counterpart.
    private static bool? Observe(EdgeEdit position, NodeAlignment alignment, Graph suspect)
    {
        int u = alignment.SecondOfFirst[position.U];
        int v = alignment.SecondOfFirst[position.V];
        return u < 0 || v < 0 ? null : suspect.HasEdge(u, v) == (position.Kind == EditKind.Add);
    }

    // In the order of ids, not of node numbers: renumbering a graph whose ids stay changes nothing.
    private EdgeEdit[] Positions(Graph original, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        FfgEmbedding all = new FfgWatermark(new FfgOptions()) { Threads = Threads }.Embed(original, key, progress, cancellationToken);
        int[] ranks = NodeRanks.Of(original);
        return [.. all.Edits.OrderBy(e => Math.Min(ranks[e.U], ranks[e.V])).ThenBy(e => Math.Max(ranks[e.U], ranks[e.V]))];
    }

    private double[] Biases(int positions)
    {
        using KeyStream stream = new(key.Secret, "fingerprint-biases");
        return TardosCode.Biases(positions, key.Scheme.Colluders!.Value, stream.NextDouble);
    }

    private bool[] Word(double[] biases, string user)
    {
        using KeyStream stream = new(key.Secret, "fingerprint-user/" + user);
        return TardosCode.Word(biases, stream.NextDouble);
    }

    private static FfgKey Check(FfgKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Scheme is { Colluders: not null, Binarisation: Binarisation.Budget, Budget: > 0 }
            ? key
            : throw new ArgumentException("The key is not for fingerprints: make one with Colluders and a budget above 0.", nameof(key));
    }

    private static void CheckUsers(IReadOnlyList<string> users)
    {
        ArgumentNullException.ThrowIfNull(users);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string user in users)
        {
            ArgumentException.ThrowIfNullOrEmpty(user, nameof(users));
            if (!seen.Add(user))
            {
                throw new ArgumentException($"The user '{user}' is given twice.", nameof(users));
            }
        }
    }
}
