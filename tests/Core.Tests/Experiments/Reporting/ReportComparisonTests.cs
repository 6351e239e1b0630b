using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Experiments;

public class ReportComparisonTests
{
    private static readonly ExperimentInfo Info = new("test/compare", "none", "Comparing", 1);

    [Test]
    public void Says_how_value_and_verdict_changed()
    {
        Assert.That(Change(Of(ClaimKind.Ratio, 2, Verdict.Confirmed), Of(ClaimKind.Ratio, 1.5, Verdict.Confirmed)), Is.EqualTo("-25.0 %"));
        Assert.That(Change(Of(ClaimKind.Ratio, 2, Verdict.Confirmed), Of(ClaimKind.Ratio, 2, Verdict.Confirmed)), Is.EqualTo("same"));
        Assert.That(
            Change(Of(ClaimKind.Ratio, 2, Verdict.Confirmed), Of(ClaimKind.Ratio, 1, Verdict.Failed)),
            Is.EqualTo("-50.0 %; Confirmed to Failed")
        );
        Assert.That(
            Change(Of(ClaimKind.Difference, 0, Verdict.Failed), Of(ClaimKind.Difference, 0.25, Verdict.NotJudged)),
            Is.EqualTo("+0.25; Failed to Not judged")
        );
        Assert.That(Change(Of(ClaimKind.Value, 0, Verdict.Failed), Of(ClaimKind.Value, -3, Verdict.Failed)), Is.EqualTo("\u22123"));
        Assert.That(Change(null, Of(ClaimKind.Value, 1, Verdict.Confirmed)), Is.EqualTo("new"));
        Assert.That(Change(Of(ClaimKind.Value, 1, Verdict.Confirmed), null), Is.EqualTo("gone"));
    }

    [Test]
    public void Makes_tables_of_text()
    {
        ReportComparison same = ReportComparison.Of(ReportExamples.Skew, ReportExamples.Skew);
        Assert.That(same.Options, Is.Empty);
        Assert.That(same.ClaimRows()[0], Is.EqualTo(["Claim", ReportExamples.Skew.RunId, ReportExamples.Skew.RunId, "Change"]));
        Assert.That(same.ClaimRows().Skip(1).Select(r => r[3]), Is.All.EqualTo("same"));
        ReportComparison other = ReportComparison.Of(ReportExamples.Skew, ReportExamples.Cache with { Scale = Scale.Full });
        Assert.That(other.OptionTable().Select(r => r[0]), Is.EqualTo(["Option", "experiment", "scale"]));
        Assert.That(other.Claims, Has.Count.EqualTo(ReportExamples.Skew.Claims.Count + ReportExamples.Cache.Claims.Count));
    }

    private static string Change(JudgedClaim? before, JudgedClaim? after) => new ClaimChange(before, after).Change;

    private static JudgedClaim Of(ClaimKind kind, double value, Verdict verdict)
    {
        Claim claim = kind switch
        {
            ClaimKind.Ratio => Claim.Ratio("c", "x"),
            ClaimKind.Difference => Claim.Difference("c", "x"),
            _ => Claim.Value("c", "x"),
        };
        return new(Info, claim.Measured(new(value, value, value, 0, 3, IntervalMethod.None)), verdict, "", null, null);
    }
}
