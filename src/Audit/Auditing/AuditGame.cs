using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// The audit as a game (arXiv:2505.04796, section 3): the auditor draws queries from her pool, the platform sees them among its users', marks what it takes for the audit, and answers those by its strategy.
/// One object is one audit set: all strategies meet the same queries.
/// </summary>
public sealed class AuditGame
{
    private readonly ScoredPool _users;
    private readonly bool[] _isAudit;
    private readonly ManipulationContext _context;
    private readonly byte[] _answers;
    private readonly GroupTable _honest;
    private readonly int[] _groups;

    private AuditGame(ScoredPool audit, ScoredPool users)
    {
        (Audit, _users) = (audit, users);
        _context = new ManipulationContext(audit.Scores, audit.Group, RandomStream.Named("unused"));
        _answers = new byte[audit.Count];
        _groups = Array.ConvertAll(audit.Group.ToArray(), g => (int)g);
        _honest = GroupTable.Of(audit.Labels.Span, _context.Honest, _groups);
        _isAudit = [.. Enumerable.Repeat(false, users.Count), .. Enumerable.Repeat(true, audit.Count)];
    }

    /// <summary>The audit set: the auditor's rows and labels, and the scores the platform has of them.</summary>
    public ScoredPool Audit { get; }

    /// <summary>n, the number of queries.</summary>
    public int Budget => Audit.Count;

    /// <summary>Draws an audit set.</summary>
    /// <param name="pool">The auditor's pool.</param>
    /// <param name="budget">n, 1 to the size of the pool. The whole pool is taken in its order.</param>
    /// <param name="random">Draws.</param>
    /// <param name="users">The queries of the platform's users, which matter to a detector that errs; none if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The budget is below 1 or above the size of the pool.</exception>
    /// <exception cref="AuditException">A group is absent from the audit set.</exception>
    public static AuditGame Draw(ScoredPool pool, int budget, RandomStream random, ScoredPool? users = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(random);
        if (budget < 1 || budget > pool.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(budget),
                budget,
                $"An audit set has 1 to {pool.Count} rows, the size of the pool."
            );
        }
        ScoredPool audit = budget == pool.Count ? pool : pool.Subset(random.Sample(pool.Count, budget));
        return new AuditGame(audit, users ?? ScoredPool.Empty);
    }

    /// <summary>Plays one strategy.</summary>
    /// <param name="strategy">What the platform does on marked queries.</param>
    /// <param name="random">Decides the chance of strategy and detector.</param>
    /// <param name="detector">The platform's detector; perfect if null.</param>
    /// <param name="publicPrior">Whether the platform knows the auditor's labels. Default false.</param>
    public AuditRecord Play(IAuditManipulation strategy, RandomStream random, QueryDetector? detector = null, bool publicPrior = false)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(random);
        detector ??= new QueryDetector();
        ReadOnlyMemory<byte> known = publicPrior ? Audit.Labels : default;
        double usersChanged = 0;
        ManipulationOutcome outcome;
        if (detector.TruePositiveRate == 1 && detector.TrueNegativeRate == 1)
        {
            ManipulationContext context = publicPrior
                ? new ManipulationContext(Audit.Scores, Audit.Group, random.Split("strategy"), known)
                : _context.With(random.Split("strategy"));
            outcome = strategy.Answer(context, _answers);
        }
        else
        {
            (outcome, usersChanged) = AmongUsers(strategy, random, detector, known.Span);
        }
        return Record(strategy, outcome, usersChanged);
    }

    /// <summary>The record of answers that came from somewhere else.</summary>
    /// <param name="strategy">What gave them.</param>
    /// <param name="answers">The answers to the audit set.</param>
    public AuditRecord Record(IAuditManipulation strategy, ReadOnlySpan<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        Rows.RequireEqual(Budget, nameof(Audit), answers.Length, nameof(answers));
        answers.CopyTo(_answers);
        return Record(strategy, ManipulationOutcome.Answered, 0);
    }

    private (ManipulationOutcome Outcome, double UsersChanged) AmongUsers(
        IAuditManipulation strategy,
        RandomStream random,
        QueryDetector detector,
        ReadOnlySpan<byte> known
    )
    {
        double[] scores = [.. _users.Scores.Span, .. Audit.Scores.Span];
        byte[] group = [.. _users.Group.Span, .. Audit.Group.Span];
        byte[] labels = known.IsEmpty ? [] : [.. _users.Labels.Span, .. known];
        bool[] marked = detector.Mark(_isAudit, random.Split("detector"));
        (byte[] answers, ManipulationOutcome outcome) = new Platform(strategy).Answer(
            scores,
            group,
            marked,
            random.Split("strategy"),
            labels
        );
        answers.AsSpan(_users.Count).CopyTo(_answers);
        int changed = 0;
        for (int i = 0; i < _users.Count; i++)
        {
            changed += answers[i] != (scores[i] > 0.5 ? 1 : 0) ? 1 : 0;
        }
        return (outcome, _users.Count == 0 ? 0 : (double)changed / _users.Count);
    }

    private AuditRecord Record(IAuditManipulation strategy, ManipulationOutcome outcome, double usersChanged)
    {
        GroupTable table = GroupTable.Of(Audit.Labels.Span, _answers, _groups);
        int changed = 0;
        ReadOnlySpan<byte> honest = _context.Honest;
        for (int i = 0; i < _answers.Length; i++)
        {
            changed += _answers[i] ^ honest[i];
        }
        return new AuditRecord(
            strategy.Name,
            strategy.Parameter,
            Budget,
            outcome == ManipulationOutcome.Degenerate,
            table.Overall.Errors / Budget,
            _honest.Overall.Errors / Budget,
            table.Value(FairnessMetrics.Accuracy, 0),
            table.Value(FairnessMetrics.Accuracy, 1),
            TwoGroupFairness.SignedDemographicParity(table),
            TwoGroupFairness.SignedDemographicParity(_honest),
            TwoGroupFairness.PerformanceParity(table),
            TwoGroupFairness.PerformanceParity(_honest),
            TwoGroupFairness.FraudDetectKl(table),
            (double)changed / Budget,
            usersChanged
        );
    }
}
