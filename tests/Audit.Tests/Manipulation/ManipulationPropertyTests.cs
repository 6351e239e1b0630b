using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Manipulation;

/// <summary>What holds for every strategy, for all scores and groups.</summary>
public class ManipulationPropertyTests
{
    private static readonly Gen<(double[] Scores, byte[] Group, byte[] Labels)> Audits = Gen.Int[4, 60]
        .SelectMany(n => Gen.Select(Gen.Double[0.001, 0.999].Array[n], Gen.Byte[0, 1].Array[n], Gen.Byte[0, 1].Array[n]))
        .Where(a => a.Item2.Contains((byte)0) && a.Item2.Contains((byte)1));

    [Test]
    public void A_flip_moves_parity_by_the_smallest_group_at_most() =>
        Audits.Sample(
            a =>
            {
                ManipulationContext context = Context(a);
                GroupMargins m = context.Margins;
                byte[] answers = new byte[context.Count];
                foreach (IAuditManipulation strategy in ManipulationFamilies.All.SelectMany(f => f.Grid).Append(new BudgetedFlips(3)))
                {
                    strategy.Answer(context, answers);
                    double hidden = Hidden(context, answers);
                    double hamming = Hamming(context.Honest, answers);
                    Assert.That(hamming, Is.GreaterThanOrEqualTo((hidden * Math.Min(m.Rows0, m.Rows1) / m.Rows) - 1e-9), strategy.Name);
                    if (strategy is LabelTransport)
                    {
                        Assert.That(hamming, Is.LessThanOrEqualTo((hidden * Math.Max(m.Rows0, m.Rows1) / m.Rows) + (1.0 / m.Rows) + 1e-9));
                    }
                }
            },
            iter: 100
        );

    [Test]
    public void The_relaxation_is_fair_optimal_and_keeps_the_order_within_a_group() =>
        Gen.Select(Audits, Gen.Double[0, 0.2])
            .Sample(
                (a, epsilon) =>
                {
                    ManipulationContext context = Context(a);
                    GroupMargins m = context.Margins;
                    (double[] scores, double dual) = new LinearRelaxation(epsilon).Project(context);
                    double unfair = Unfair(scores, a.Group);
                    Assert.That(Math.Abs(unfair), Is.LessThanOrEqualTo(epsilon + 1e-10));
                    if (dual == 0)
                    {
                        Assert.That(scores, Is.EqualTo(a.Scores));
                        return;
                    }
                    for (int i = 0; i < scores.Length; i++)
                    {
                        // Stationarity, multiplied by s (1 - s): (s - p) + c s (1 - s) = 0.
                        double c = a.Group[i] == 1 ? dual / m.Rows1 : -dual / m.Rows0;
                        Assert.That((scores[i] - a.Scores[i]) + (c * scores[i] * (1 - scores[i])), Is.EqualTo(0).Within(1e-8));
                        for (int k = 0; k < i; k++)
                        {
                            bool same = a.Group[i] == a.Group[k];
                            Assert.That(!same || a.Scores[i] <= a.Scores[k] || scores[i] >= scores[k] - 1e-12, Is.True);
                        }
                    }
                },
                iter: 200
            );

    /// <summary>The answers come from thresholds moved by the dual value; the reference projects every score and compares with 0.5.</summary>
    [Test]
    public void The_answers_of_the_relaxation_are_those_of_the_projected_scores() =>
        Gen.Select(Audits, Gen.Double[0, 0.2])
            .Sample(
                (a, epsilon) =>
                {
                    ManipulationContext context = Context(a);
                    LinearRelaxation strategy = new(epsilon);
                    double[] scores = strategy.Project(context).Scores;
                    byte[] answers = new byte[context.Count];
                    strategy.Answer(context, answers);
                    for (int i = 0; i < answers.Length; i++)
                    {
                        Assert.That(answers[i] == (scores[i] > 0.5 ? 1 : 0) || Math.Abs(scores[i] - 0.5) < 1e-9, Is.True);
                    }
                },
                iter: 200
            );

    [Test]
    public void More_tolerance_never_costs_more_and_projecting_again_changes_nothing() =>
        Audits.Sample(
            a =>
            {
                ManipulationContext context = Context(a);
                double last = double.PositiveInfinity;
                int lastFlips = int.MaxValue;
                foreach (double epsilon in new[] { 0, 0.01, 0.05, 0.1, 0.3, 1 })
                {
                    double[] scores = new LinearRelaxation(epsilon).Project(context).Scores;
                    double objective = a
                        .Scores.Zip(scores)
                        .Sum(x => -(x.First * Math.Log(x.Second)) - ((1 - x.First) * Math.Log(1 - x.Second)));
                    Assert.That(objective, Is.LessThanOrEqualTo(last + 1e-9));
                    last = objective;
                    double[] again = new LinearRelaxation(epsilon + 1e-11)
                        .Project(new ManipulationContext(scores, a.Group, context.Random))
                        .Scores;
                    Assert.That(again, Is.EqualTo(scores).Within(1e-9));

                    byte[] answers = new byte[context.Count];
                    new FewestFlips(epsilon).Answer(context, answers);
                    int flips = (int)Math.Round(Hamming(context.Honest, answers) * context.Count);
                    Assert.That(flips, Is.LessThanOrEqualTo(lastFlips));
                    lastFlips = flips;
                    ManipulationContext fair = new(answers.Select(m => m == 1 ? 0.9 : 0.1).ToArray(), a.Group, context.Random);
                    byte[] twice = new byte[context.Count];
                    new FewestFlips(epsilon).Answer(fair, twice);
                    Assert.That(twice, Is.EqualTo(answers), "idempotent");
                }
            },
            iter: 100
        );

    [Test]
    public void A_permutation_of_rows_permutes_the_answers_of_deterministic_strategies() =>
        Gen.Select(Audits, Gen.Int[1, 1000])
            .Sample(
                (a, seed) =>
                {
                    // Equal scores would be told apart by their row: make them different.
                    double[] scores = [.. a.Scores.Select((s, i) => Math.Clamp(s + (1e-6 * i), 0, 1))];
                    int[] order = RandomStream
                        .Named("order", seed.ToString(System.Globalization.CultureInfo.InvariantCulture))
                        .Permutation(scores.Length);
                    ManipulationContext context = new(scores, a.Group, RandomStream.Named("x"));
                    ManipulationContext permuted = new(
                        Array.ConvertAll(order, i => scores[i]),
                        Array.ConvertAll(order, i => a.Group[i]),
                        RandomStream.Named("x")
                    );
                    byte[] one = new byte[scores.Length];
                    byte[] other = new byte[scores.Length];
                    foreach (
                        IAuditManipulation strategy in new IAuditManipulation[]
                        {
                            new RocMitigation(0.7),
                            new MultiRoc(0.9),
                            new LinearRelaxation(0.02),
                            new FewestFlips(0.1),
                        }
                    )
                    {
                        strategy.Answer(context, one);
                        strategy.Answer(permuted, other);
                        Assert.That(other, Is.EqualTo(Array.ConvertAll(order, i => one[i])), strategy.Name);
                    }
                },
                iter: 100
            );

    [Test]
    public void Two_copies_of_the_data_relax_to_the_same_scores_and_names_turned_round_too() =>
        Audits.Sample(
            a =>
            {
                double[] once = new LinearRelaxation(0.01).Project(Context(a)).Scores;
                double[] twice = new LinearRelaxation(0.01)
                    .Project(
                        new ManipulationContext(
                            a.Scores.Concat(a.Scores).ToArray(),
                            a.Group.Concat(a.Group).ToArray(),
                            RandomStream.Named("x")
                        )
                    )
                    .Scores;
                Assert.That(twice[..once.Length], Is.EqualTo(once).Within(1e-9));
                double[] turned = new LinearRelaxation(0.01)
                    .Project(new ManipulationContext(a.Scores, a.Group.Select(g => (byte)(1 - g)).ToArray(), RandomStream.Named("x")))
                    .Scores;
                Assert.That(turned, Is.EqualTo(once).Within(1e-9));
            },
            iter: 100
        );

    [Test]
    public void Parameters_that_allow_nothing_leave_the_honest_answers() =>
        Audits.Sample(
            a =>
            {
                ManipulationContext context = Context(a);
                byte[] answers = new byte[context.Count];
                double margin = a.Scores.Min(s => Math.Abs(s - 0.5));
                IAuditManipulation[] idle =
                [
                    new Honest(),
                    new LabelTransport(1),
                    new LabelTransport(1, TransportWeighting.AsPublished),
                    new LinearRelaxation(1),
                    new FewestFlips(1),
                    new BudgetedFlips(0),
                    .. margin > 1e-9 ? new IAuditManipulation[] { new RocMitigation(0.5 + (margin / 2)) } : [],
                ];
                foreach (IAuditManipulation strategy in idle)
                {
                    strategy.Answer(context, answers);
                    Assert.That(answers, Is.EqualTo(context.Honest.ToArray()), strategy.Name);
                }
                (byte[] unmarked, _) = new Platform(new ConstantAnswer(true)).Answer(
                    a.Scores,
                    a.Group,
                    new bool[a.Scores.Length],
                    RandomStream.Named("x")
                );
                Assert.That(unmarked, Is.EqualTo(context.Honest.ToArray()), "no query was marked");
            },
            iter: 100
        );

    [Test]
    public void No_strategy_beats_the_exact_bounds() =>
        Gen.Select(Audits, Gen.Double[0.05, 0.6])
            .Sample(
                (a, tau) =>
                {
                    ManipulationContext context = Context(a);
                    GroupMargins labels = GroupMargins.Of(a.Labels, a.Group);
                    byte[] answers = new byte[context.Count];
                    foreach (
                        IAuditManipulation strategy in ManipulationFamilies.All.SelectMany(f => f.Grid).Append(new ConstantAnswer(true))
                    )
                    {
                        strategy.Answer(context, answers);
                        double reached = Math.Abs(TwoGroupFairness.SignedDemographicParity(answers, a.Group));
                        int fewest = ExactBounds.FewestFlips(context.Margins, reached + 1e-12).Flips;
                        Assert.That(
                            fewest,
                            Is.LessThanOrEqualTo(Math.Round(Hamming(context.Honest, answers) * context.Count)),
                            strategy.Name
                        );
                        if (Hamming(a.Labels, answers) < tau)
                        {
                            double? bound = ExactBounds.OmniscientConcealable(context.Margins, labels, tau);
                            Assert.That(bound, Is.GreaterThanOrEqualTo(Hidden(context, answers) - 1e-12), strategy.Name);
                        }
                    }
                },
                iter: 100
            );

    /// <summary>A row at a time, by sorting, against the selection.</summary>
    [Test]
    public void The_least_confident_rows_are_flipped_in_row_order_where_equal() =>
        Gen.Select(Gen.Int[1, 9].Array[4, 40], Gen.Double[0, 0.3])
            .Sample(
                (tenths, epsilon) =>
                {
                    double[] scores = [.. tenths.Select(t => t == 5 ? 0.55 : t / 10.0)];
                    byte[] group = [.. tenths.Select((_, i) => (byte)(i % 2))];
                    ManipulationContext context = new(scores, group, RandomStream.Named("x"));
                    FairTarget target = ExactBounds.FewestFlips(context.Margins, epsilon);
                    byte[] expected = context.Honest.ToArray();
                    foreach (int g in new[] { 0, 1 })
                    {
                        int change = (
                            g == 0 ? target.Positives0 - context.Margins.Positives0 : target.Positives1 - context.Margins.Positives1
                        );
                        byte from = change > 0 ? (byte)0 : (byte)1;
                        int[] rows =
                        [
                            .. Enumerable
                                .Range(0, scores.Length)
                                .Where(i => group[i] == g && expected[i] == from)
                                .OrderBy(i => Math.Abs(scores[i] - 0.5))
                                .ThenBy(i => i)
                                .Take(Math.Abs(change)),
                        ];
                        foreach (int row in rows)
                        {
                            expected[row] ^= 1;
                        }
                    }
                    byte[] answers = new byte[scores.Length];
                    new FewestFlips(epsilon).Answer(context, answers);
                    Assert.That(answers, Is.EqualTo(expected));
                },
                iter: 200
            );

    [Test]
    public void Scores_of_0_and_1_and_groups_of_one_row_can_be_relaxed()
    {
        ManipulationContext context = new(new[] { 0.0, 1.0, 1.0, 0.0, 0.3 }, new byte[] { 1, 0, 0, 0, 0 }, RandomStream.Named("x"));
        foreach (double epsilon in new[] { 0, 0.1, 0.3 })
        {
            double[] scores = new LinearRelaxation(epsilon).Project(context).Scores;
            Assert.That(scores, Has.All.InRange(0, 1));
            Assert.That(Math.Abs(Unfair(scores, context.Group.ToArray())), Is.LessThanOrEqualTo(epsilon + 1e-10));
        }
    }

    [Test]
    public void Threshold_manipulation_without_two_answers_in_a_group_stays_honest_and_says_so()
    {
        ManipulationContext context = new(new[] { 0.9, 0.8, 0.3, 0.7 }, new byte[] { 0, 0, 1, 1 }, RandomStream.Named("x"));
        byte[] answers = new byte[4];
        Assert.That(new ThresholdManipulation().Answer(context, answers), Is.EqualTo(ManipulationOutcome.Degenerate));
        Assert.That(answers, Is.EqualTo(new byte[] { 1, 1, 0, 1 }));
        Assert.That(new PublicPriorAttack(0.1).Answer(context, answers), Is.EqualTo(ManipulationOutcome.Degenerate), "no labels are known");
    }

    [Test]
    public void Chance_flips_as_often_as_it_should()
    {
        RandomStream random = RandomStream.Named("response");
        int n = 20_000;
        ManipulationContext context = new(
            Enumerable.Repeat(0.7, n).ToArray(),
            Enumerable.Range(0, n).Select(i => (byte)(i % 2)).ToArray(),
            random
        );
        byte[] answers = new byte[n];
        new RandomizedResponse(1).Answer(context, answers);
        ResearchKit.Goldens.Statistically.HasProbability(0.5 / (1 + Math.E), answers.Count(m => m == 0), n);
        new LabelTransport(0.5).Answer(context, answers);
        Assert.That(answers, Is.EqualTo(context.Honest.ToArray()), "equal rates: nothing to transport");
    }

    private static ManipulationContext Context((double[] Scores, byte[] Group, byte[] Labels) a) =>
        new(a.Scores, a.Group, RandomStream.Named("property"));

    private static double Unfair(double[] scores, byte[] group) =>
        scores.Where((_, i) => group[i] == 1).Average() - scores.Where((_, i) => group[i] == 0).Average();

    private static double Hidden(ManipulationContext context, byte[] answers) =>
        Math.Abs(TwoGroupFairness.SignedDemographicParity(answers, context.Group.Span) - context.Margins.SignedDemographicParity);

    private static double Hamming(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int differences = 0;
        for (int i = 0; i < one.Length; i++)
        {
            differences += one[i] ^ other[i];
        }
        return (double)differences / one.Length;
    }
}
