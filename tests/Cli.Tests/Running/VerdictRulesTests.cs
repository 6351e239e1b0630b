using ResearchKit.Experiments;
using ResearchKit.SampleExperiments;

namespace ResearchKit.Cli.Tests;

public sealed class VerdictRulesTests
{
    private static JudgedClaim With(Verdict verdict, bool timing = false)
    {
        Claim claim = Claim.Value("id", "text").Accept(0, 1);
        return new JudgedClaim(Experiment.InfoOf(typeof(CoinBias)), timing ? claim.OnTiming() : claim, verdict, "", null, null);
    }

    private static bool[] Fails(VerdictRules rules) => [.. Enum.GetValues<Verdict>().Select(v => rules.Fails(With(v), machineBusy: false))];

    [Test]
    public void Failed_and_not_judged_claims_fail_by_default() =>
        Assert.That(Fails(new VerdictRules()), Is.EqualTo(new[] { false, false, true, true, false }));

    [Test]
    public void Each_rule_changes_one_verdict() =>
        Assert.Multiple(() =>
        {
            Assert.That(Fails(new VerdictRules { AllowNotJudged = true }), Is.EqualTo(new[] { false, false, true, false, false }));
            Assert.That(Fails(new VerdictRules { RequireAll = true }), Is.EqualTo(new[] { false, false, true, true, true }));
            Assert.That(Fails(new VerdictRules { RequireConfirmed = true }), Is.EqualTo(new[] { false, true, true, true, false }));
        });

    [Test]
    public void Times_of_a_busy_machine_break_no_build() =>
        Assert.Multiple(() =>
        {
            Assert.That(new VerdictRules().Fails(With(Verdict.NotJudged, timing: true), machineBusy: true), Is.False);
            Assert.That(new VerdictRules().Fails(With(Verdict.NotJudged, timing: true), machineBusy: false));
            Assert.That(new VerdictRules().Fails(With(Verdict.NotJudged), machineBusy: true));
            Assert.That(new VerdictRules().Fails(With(Verdict.Failed, timing: true), machineBusy: true));
        });
}
