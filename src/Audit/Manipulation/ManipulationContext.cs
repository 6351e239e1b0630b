using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// What a platform knows of the queries it takes for an audit: its own scores and the protected group of each row. The honest answers and all that several strategies
/// of a grid share are computed once. Not for several threads at once.
/// </summary>
public sealed class ManipulationContext
{
    private readonly byte[] _honest;
    private ScoresByGroup? _byGroup;
    private FittedThresholds? _ownThresholds;

    /// <summary>Describes the rows.</summary>
    /// <param name="scores">p1, the platform's probability of label 1 for each row, in [0, 1].</param>
    /// <param name="group">The protected group: 1 for its members, 0 for all others.</param>
    /// <param name="random">Decides all chance of a strategy.</param>
    /// <param name="knownLabels">The auditor's labels, where the platform knows them (a public prior); empty otherwise.</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no row, a score is outside [0, 1], or a label is not 0 or 1.</exception>
    /// <exception cref="NotSupportedException">There are more than two groups.</exception>
    /// <exception cref="AuditException">A group has no row.</exception>
    public ManipulationContext(
        ReadOnlyMemory<double> scores,
        ReadOnlyMemory<byte> group,
        RandomStream random,
        ReadOnlyMemory<byte> knownLabels = default
    )
    {
        ArgumentNullException.ThrowIfNull(random);
        Rows.RequireSome(scores.Length, nameof(scores));
        Rows.RequireEqual(scores.Length, nameof(scores), group.Length, nameof(group));
        Rows.RequireShares(scores.Span, nameof(scores));
        if (!knownLabels.IsEmpty)
        {
            Rows.RequireEqual(scores.Length, nameof(scores), knownLabels.Length, nameof(knownLabels));
            Rows.RequireBinary(knownLabels.Span, nameof(knownLabels));
        }
        int other = group.Span.IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (other >= 0)
        {
            throw new NotSupportedException(
                FormattableString.Invariant(
                    $"group[{other}] is {group.Span[other]}: a strategy takes two groups, 0 and 1; the metrics take any number."
                )
            );
        }
        (Scores, Group, Random, KnownLabels) = (scores, group, random, knownLabels);
        _honest = HonestAnswers.Of(scores.Span);
        Margins = GroupMargins.OfBoth(_honest, group.Span, "audit set");
    }

    private ManipulationContext(ManipulationContext other, RandomStream random)
    {
        (Scores, Group, Random, KnownLabels, Margins) = (other.Scores, other.Group, random, other.KnownLabels, other.Margins);
        (_honest, _byGroup, _ownThresholds) = (other._honest, other._byGroup, other._ownThresholds);
    }

    /// <summary>p1: the platform's probability of label 1 for each row.</summary>
    public ReadOnlyMemory<double> Scores { get; }

    /// <summary>A: the protected group of each row, 0 or 1.</summary>
    public ReadOnlyMemory<byte> Group { get; }

    /// <summary>Decides all chance of a strategy.</summary>
    public RandomStream Random { get; }

    /// <summary>The auditor's labels, where the platform knows them; empty otherwise.</summary>
    public ReadOnlyMemory<byte> KnownLabels { get; }

    /// <summary>h: the honest answers, 1 where the score exceeds 0.5.</summary>
    public ReadOnlySpan<byte> Honest => _honest;

    /// <summary>How many rows and honest positive answers each group has.</summary>
    public GroupMargins Margins { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _honest.Length;

    /// <summary>The same rows with another stream; what was computed is shared.</summary>
    /// <param name="random">Decides all chance of a strategy.</param>
    public ManipulationContext With(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new ManipulationContext(this, random);
    }

    internal ScoresByGroup ByGroup => _byGroup ??= new ScoresByGroup(Scores.Span, Group.Span, Margins);

    /// <summary>The group thresholds fitted to the platform's own answers; null if a group has equal answers only.</summary>
    internal FittedThresholds? OwnThresholds(ThresholdOptimizer optimizer)
    {
        bool mixed =
            Margins.Positives0 > 0 && Margins.Positives0 < Margins.Rows0 && Margins.Positives1 > 0 && Margins.Positives1 < Margins.Rows1;
        if (!mixed)
        {
            return null;
        }
        if (_ownThresholds is null || _ownThresholds.Optimizer != optimizer)
        {
            _ownThresholds = optimizer.Fit(Scores.Span, _honest, Group.Span);
        }
        return _ownThresholds;
    }
}
