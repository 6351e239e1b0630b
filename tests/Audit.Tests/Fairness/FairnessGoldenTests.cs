using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Audit.Tests.Fairness;

/// <summary>Rates, differences and ratios as Fairlearn gives them, two-group measures as AIF360 does.</summary>
public class FairnessGoldenTests
{
    private const double Tolerance = 1e-12;

    [TestCaseSource(nameof(Cases))]
    public void Every_number_of_the_case_agrees(int index)
    {
        using JsonDocument document = GoldenFiles.Json("audit", "fairness_metrics.json");
        Check(document.RootElement.GetProperty("cases")[index]);
    }

    /// <summary>Goldens/audit_own_cases.py made it: weights, three groups, one of them without positives.</summary>
    [Test]
    public void Every_number_of_our_own_case_agrees()
    {
        using JsonDocument document = OwnCases.Read();
        foreach (JsonElement c in document.RootElement.Items("fairness"))
        {
            Check(c);
        }
    }

    private static IEnumerable<int> Cases() => Enumerable.Range(0, 12);

    private static void Check(JsonElement c)
    {
        double[] weights = c.GetProperty("sample_weight").ValueKind == JsonValueKind.Null ? [] : c.Numbers("sample_weight");
        GroupTable table = GroupTable.Of(
            c.Bytes("y_true"),
            c.Bytes("y_pred"),
            c.Integers("group"),
            weights,
            options: new GroupTableOptions { Undefined = UndefinedRatePolicy.Zero }
        );
        foreach (
            (string name, GroupComparison comparison) in new[]
            {
                ("between_groups", GroupComparison.BetweenGroups),
                ("to_overall", GroupComparison.ToOverall),
            }
        )
        {
            JsonElement expected = c.GetProperty("aggregate").GetProperty(name);
            Close(table.DemographicParityDifference(comparison), expected, "demographic_parity_difference");
            Close(table.DemographicParityRatio(comparison), expected, "demographic_parity_ratio");
            Close(table.EqualizedOddsDifference(comparison), expected, "equalized_odds_difference");
            Close(table.EqualizedOddsRatio(comparison), expected, "equalized_odds_ratio");
        }
        foreach (
            (string name, FairnessMetric metric) in new[]
            {
                ("selection_rate", FairnessMetrics.SelectionRate),
                ("tpr", FairnessMetrics.TruePositiveRate),
                ("fpr", FairnessMetrics.FalsePositiveRate),
                ("tnr", FairnessMetrics.TrueNegativeRate),
                ("fnr", FairnessMetrics.FalseNegativeRate),
            }
        )
        {
            JsonElement expected = c.GetProperty("metric_frame").GetProperty(name);
            MetricByGroup found = table.Metric(metric);
            Close(found.Overall, expected, "overall");
            foreach (JsonProperty group in expected.GetProperty("by_group").EnumerateObject())
            {
                GroupValue value = found.Groups.Single(g => g.Group == group.Name);
                GoldenJson.AssertClose(value.Value, group.Value.Number(), Tolerance, $"{name} of group {group.Name}");
            }
            Close(found.Difference(), expected, "difference");
            Close(found.Ratio(), expected, "ratio");
            Close(found.Minimum, expected, "group_min");
            Close(found.Maximum, expected, "group_max");
        }
        if (!c.TryGetProperty("signed_dp_0_minus_1", out _))
        {
            return;
        }
        Close(TwoGroupFairness.SignedDemographicParity(table), c, "signed_dp_0_minus_1");
        Close(TwoGroupFairness.PerformanceParity(table), c, "performance_parity");
        JsonElement aif = c.GetProperty("aif360_convention_unpriv0_priv1");
        Close(TwoGroupFairness.StatisticalParityDifference(table), aif, "statistical_parity_difference");
        Close(TwoGroupFairness.DisparateImpact(table), aif, "disparate_impact");
        Close(TwoGroupFairness.EqualOpportunityDifference(table), aif, "equal_opportunity_difference");
        Close(TwoGroupFairness.AverageOddsDifference(table), aif, "average_odds_difference");
        Close(TwoGroupFairness.AverageAbsoluteOddsDifference(table), aif, "average_abs_odds_difference");
        Close(TwoGroupFairness.GeneralizedEntropy(table), c, "generalized_entropy_index_alpha2");
        Close(TwoGroupFairness.GeneralizedEntropy(table, 1), c, "theil_index");
    }

    private static void Close(double found, JsonElement of, string name) => GoldenJson.AssertClose(found, of.Number(name), Tolerance, name);
}
