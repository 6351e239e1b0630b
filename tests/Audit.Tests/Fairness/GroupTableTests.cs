using CsCheck;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Fairness;

public class GroupTableTests
{
    private static readonly Gen<(byte[] Labels, byte[] Answers, int[] Groups)> Rows = Gen.Int[1, 60]
        .SelectMany(n => Gen.Select(Gen.Byte[0, 1].Array[n], Gen.Byte[0, 1].Array[n], Gen.Int[0, 3].Array[n]));

    /// <summary>The counting kernel against counting row by row with LINQ.</summary>
    [Test]
    public void Counts_are_those_of_the_plain_reference() =>
        Rows.Sample(rows =>
        {
            GroupTable table = GroupTable.Of(rows.Labels, rows.Answers, rows.Groups);
            for (int g = 0; g < 4; g++)
            {
                int Number(byte label, byte answer) =>
                    Enumerable
                        .Range(0, rows.Labels.Length)
                        .Count(i => rows.Groups[i] == g && rows.Labels[i] == label && rows.Answers[i] == answer);
                GroupCounts found = g < table.GroupCount ? table[g] : default;
                Assert.That(found, Is.EqualTo(new GroupCounts(Number(1, 1), Number(0, 1), Number(0, 0), Number(1, 0))));
            }
        });

    [Test]
    public void Rows_one_by_one_in_pieces_and_with_unit_weights_count_alike() =>
        Rows.Sample(rows =>
        {
            int n = rows.Labels.Length;
            GroupTable whole = GroupTable.Of(rows.Labels, rows.Answers, rows.Groups);
            GroupTable weighted = GroupTable.Of(rows.Labels, rows.Answers, rows.Groups, [.. Enumerable.Repeat(1.0, n)]);
            GroupTally single = new();
            for (int i = 0; i < n; i++)
            {
                single.Add(rows.Labels[i], rows.Answers[i], rows.Groups[i]);
            }
            GroupTally pieces = new();
            GroupTally rest = new();
            int half = n / 2;
            pieces.Add(rows.Labels.AsSpan(0, half), rows.Answers.AsSpan(0, half), rows.Groups.AsSpan(0, half));
            rest.Add(rows.Labels.AsSpan(half), rows.Answers.AsSpan(half), rows.Groups.AsSpan(half));
            pieces.Add(rest);
            foreach (GroupTable other in new[] { weighted, new GroupTable(single), new GroupTable(pieces) })
            {
                Assert.That(other.RowCount, Is.EqualTo(n));
                for (int g = 0; g < whole.GroupCount; g++)
                {
                    Assert.That((other[g], other.RowsOf(g)), Is.EqualTo((whole[g], whole.RowsOf(g))));
                }
                MetricByGroup a = whole.Metric(FairnessMetrics.Accuracy);
                Assert.That(other.Metric(FairnessMetrics.Accuracy).Groups, Is.EqualTo(a.Groups));
            }
        });

    [Test]
    public void A_permutation_of_rows_changes_nothing_and_names_do_not_matter() =>
        Gen.Select(Rows, Gen.Int[1, 1000])
            .Sample(
                (rows, seed) =>
                {
                    int n = rows.Labels.Length;
                    int[] order = RandomStream
                        .Named("permutation", seed.ToString(System.Globalization.CultureInfo.InvariantCulture))
                        .Permutation(n);
                    GroupTable table = GroupTable.Of(rows.Labels, rows.Answers, rows.Groups);
                    GroupTable permuted = GroupTable.Of(
                        Array.ConvertAll(order, i => rows.Labels[i]),
                        Array.ConvertAll(order, i => rows.Answers[i]),
                        Array.ConvertAll(order, i => 3 - rows.Groups[i])
                    );
                    Assert.That(permuted.DemographicParityDifference(), Is.EqualTo(table.DemographicParityDifference()).Within(1e-12));
                    Assert.That(permuted.EqualizedOddsDifference(), Is.EqualTo(table.EqualizedOddsDifference()).Within(1e-12));
                }
            );

    [Test]
    public void Changing_the_groups_places_turns_the_sign() =>
        Rows.Where(r => r.Groups.Contains(0) && r.Groups.Contains(1))
            .Sample(rows =>
            {
                byte[] group = [.. rows.Groups.Select(g => (byte)(g % 2))];
                byte[] other = [.. group.Select(g => (byte)(1 - g))];
                double parity = TwoGroupFairness.SignedDemographicParity(rows.Answers, group);
                Assert.That(TwoGroupFairness.SignedDemographicParity(rows.Answers, other), Is.EqualTo(-parity).Within(1e-15));
                GroupTable table = GroupTable.Of(rows.Labels, rows.Answers, Array.ConvertAll(group, g => (int)g));
                Assert.That(TwoGroupFairness.SignedDemographicParity(table), Is.EqualTo(parity).Within(1e-12));
                Assert.That(TwoGroupFairness.StatisticalParityDifference(table, 1, 0), Is.EqualTo(-parity).Within(1e-12));
            });

    [Test]
    public void A_small_group_is_flagged_with_its_rows_and_interval_and_left_out_of_the_ranking_on_request()
    {
        byte[] answers =
        [
            .. Enumerable.Repeat((byte)1, 50),
            .. Enumerable.Repeat((byte)0, 50),
            .. Enumerable.Repeat((byte)1, 30),
            .. Enumerable.Repeat((byte)0, 70),
            1,
            1,
            1,
            1,
            1,
            1,
            0,
        ];
        int[] groups = [.. Enumerable.Repeat(0, 100), .. Enumerable.Repeat(1, 100), .. Enumerable.Repeat(2, 7)];
        GroupTable table = GroupTable.Of([], answers, groups, names: ["a", "b", "c"]);
        MetricByGroup rates = table.Metric(FairnessMetrics.SelectionRate);
        GroupValue seven = rates.Groups[2];
        Assert.That((seven.Group, seven.Rows, seven.IsSmall), Is.EqualTo(("c", 7L, true)));
        Assert.That((seven.Interval!.Value.Low, seven.Interval.Value.High), Is.EqualTo((0.4869, 0.9743)).Within(1e-4));
        Assert.That((rates.Spread().Highest, rates.Spread().RestsOnSmallGroup), Is.EqualTo(("c", true)));
        Assert.That((rates.Spread(withoutSmall: true).Highest, rates.Spread(withoutSmall: true).Difference), Is.EqualTo(("a", 0.2)));
        Assert.That(() => table.Metric(FairnessMetrics.Accuracy), Throws.InvalidOperationException.With.Message.Contains("labels"));
    }

    [Test]
    public void Intersections_are_named_and_only_those_that_occur()
    {
        Grouping sex = Grouping.Of("sex", ["F", "M", "F", "M", "F"]);
        Grouping race = Grouping.Of("race", ["w", "w", "b", "w", "w"]);
        Grouping both = sex.With(race);
        Assert.That(both.Names, Is.EqualTo(new[] { "F, b", "F, w", "M, w" }));
        Assert.That(both.Codes.ToArray(), Is.EqualTo(new[] { 1, 2, 0, 2, 1 }));
        GroupTable table = GroupTable.Of([1, 0, 1, 0, 1], [1, 1, 0, 0, 1], both);
        Assert.That(table.Value(FairnessMetrics.SelectionRate, 1), Is.EqualTo(1));
        Assert.That(() => sex.With(Grouping.Of("age", ["1"])), Throws.ArgumentException.With.Message.Contains("sex has 5 rows, age has 1"));
    }

    [Test]
    public void Shares_of_no_rows_follow_the_policy()
    {
        byte[] labels = [0, 0, 1];
        byte[] answers = [0, 1, 1];
        int[] groups = [0, 0, 1];
        GroupTable unknown = GroupTable.Of(labels, answers, groups);
        Assert.That(unknown.Metric(FairnessMetrics.TruePositiveRate).Groups[0].Value, Is.NaN);
        Assert.That(unknown.Metric(FairnessMetrics.TruePositiveRate).Groups[0].Interval, Is.Null);
        Assert.That(unknown.EqualOpportunityDifference(), Is.Zero, "only one group has a value");
        GroupTable zero = GroupTable.Of(labels, answers, groups, options: new GroupTableOptions { Undefined = UndefinedRatePolicy.Zero });
        Assert.That(zero.EqualOpportunityDifference(), Is.EqualTo(1));
        GroupTable strict = GroupTable.Of(
            labels,
            answers,
            groups,
            options: new GroupTableOptions { Undefined = UndefinedRatePolicy.Throw }
        );
        Assert.That(() => strict.Metric(FairnessMetrics.TruePositiveRate), Throws.InvalidOperationException.With.Message.Contains("0/0"));
    }

    [Test]
    public void A_metric_of_ones_own_and_a_group_without_rows_stand_in_the_table()
    {
        FairnessMetric cost = FairnessMetric.Of("cost", c => (5 * c.FalseNegatives) + c.FalsePositives);
        GroupTable table = GroupTable.Of([1, 0, 1], [0, 1, 1], [0, 0, 2], names: ["a", "b", "c", "d"]);
        Assert.That(table.Metric(cost).Groups.Select(g => g.Value), Is.EqualTo(new double[] { 6, 0, 0, 0 }));
        Assert.That(table.Metric(FairnessMetrics.SelectionRate).Groups[1].Value, Is.NaN);
        Assert.That(table.SelectionDifference(0, 1), Is.Null);
    }

    [Test]
    public void Entropy_indices_agree_with_their_definitions_row_by_row()
    {
        byte[] labels = [1, 0, 1, 0, 1, 1];
        byte[] answers = [1, 1, 0, 0, 1, 0];
        double[] benefits = [.. labels.Zip(answers).Select(p => 1.0 + p.Second - p.First)];
        double mean = benefits.Average();
        GroupTable table = GroupTable.Of(labels, answers, new int[6]);
        Assert.That(
            TwoGroupFairness.GeneralizedEntropy(table, 2),
            Is.EqualTo(benefits.Average(b => Math.Pow(b / mean, 2) - 1) / 2).Within(1e-12)
        );
        Assert.That(
            TwoGroupFairness.GeneralizedEntropy(table, 1),
            Is.EqualTo(benefits.Average(b => b == 0 ? 0 : b / mean * Math.Log(b / mean))).Within(1e-12)
        );
        Assert.That(TwoGroupFairness.GeneralizedEntropy(table, 0), Is.EqualTo(double.PositiveInfinity), "a benefit of 0");
    }

    [Test]
    public void The_divergence_of_equal_groups_is_zero_and_of_others_is_not()
    {
        GroupTable equal = GroupTable.Of([1, 0, 1, 0], [1, 1, 1, 1], [0, 0, 1, 1]);
        GroupTable unequal = GroupTable.Of([1, 0, 1, 0], [1, 0, 0, 1], [0, 0, 1, 1]);
        Assert.That(TwoGroupFairness.FraudDetectKl(equal), Is.EqualTo(0).Within(1e-12));
        Assert.That(TwoGroupFairness.FraudDetectKl(unequal), Is.GreaterThan(10));
        // (1/4, 1/4, 1/4, 1/4) from (1/2, 1/4, 1/8, 1/8): by hand.
        byte[] labels = [1, 0, 0, 1, .. Enumerable.Repeat((byte)1, 4), 0, 0, 0, 1];
        byte[] answers = [1, 1, 0, 0, .. Enumerable.Repeat((byte)1, 4), 1, 1, 0, 0];
        GroupTable known = GroupTable.Of(labels, answers, [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
        double expected = 0.25 * (Math.Log(0.5) + Math.Log(1) + Math.Log(2) + Math.Log(2));
        Assert.That(TwoGroupFairness.FraudDetectKl(known), Is.EqualTo(expected).Within(1e-10));
    }

    /// <summary>A 95 % interval covers the truth in 93 to 97 of 100 tables; vanished groups do not fail.</summary>
    [Test]
    public void The_bootstrap_covers_what_it_says_and_survives_groups_that_vanish()
    {
        RandomStream random = RandomStream.Named("bootstrap-coverage");
        int covered = 0;
        const int tables = 300;
        for (int k = 0; k < tables; k++)
        {
            byte[] answers = new byte[300];
            int[] groups = new int[300];
            for (int i = 0; i < answers.Length; i++)
            {
                groups[i] = random.NextBool(0.4) ? 1 : 0;
                answers[i] = random.NextBool(groups[i] == 1 ? 0.35 : 0.55) ? (byte)1 : (byte)0;
            }
            Estimate e = GroupBootstrap
                .Interval(
                    GroupTable.Of([], answers, groups),
                    t => t.Value(FairnessMetrics.SelectionRate, 0) - t.Value(FairnessMetrics.SelectionRate, 1),
                    random,
                    399
                )
                .Interval;
            covered += e.Low <= 0.2 && 0.2 <= e.High ? 1 : 0;
        }
        Assert.That((double)covered / tables, Is.InRange(0.91, 0.985), "three standard deviations around 95 %");
        BootstrapInterval rare = GroupBootstrap.Interval(
            GroupTable.Of([], [1, 0, 1, 0, 1, 1], [0, 0, 0, 0, 0, 1]),
            t => t.Value(FairnessMetrics.SelectionRate, 0) - t.Value(FairnessMetrics.SelectionRate, 1),
            random,
            999
        );
        Assert.That(rare.Undefined, Is.InRange(250, 430), "the single row is drawn in 67 % of resamples");
        Assert.That(
            () => GroupBootstrap.Interval(GroupTable.Of([], [1, 0], [0, 1], [0.5, 2]), t => 0, random),
            Throws.ArgumentException.With.Message.Contains("weights")
        );
    }
}
