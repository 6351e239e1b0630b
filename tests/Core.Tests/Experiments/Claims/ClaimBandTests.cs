using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Experiments;

public class ClaimBandTests
{
    private static readonly ExperimentInfo Info = new("test/bands", "none", "Bands", 1);

    private static readonly TestCaseData<Claim>[] CannotFail =
    [
        new(Claim.Value("c", "no edge")),
        new(Claim.Ratio("c", "no ratio is negative").Accept(atLeast: 0)),
        new(Claim.Monotone("c", "no count is negative").Accept(atLeast: -1)),
        new(Claim.Exact("c", "any count").Accept(atLeast: 0)),
        new(Claim.Value("c", "every percentage").In("%").Accept(0, 100)),
        new(Claim.Value("c", "every share").Accept(0, 1).Measured(Intervals.Wilson(3, 10))),
        new(Claim.Difference("c", "every difference of shares").Accept(-1, 1).Measured(Intervals.Newcombe(3, 10, 2, 10))),
        new(Claim.Difference("c", "infinite edges").Accept(double.NegativeInfinity, double.PositiveInfinity)),
        new(Claim.AllOf("c", "no parts")),
        new(Claim.AllOf("c", "a part", Claim.Value("d", "fine").Accept(atLeast: 1), Claim.Value("c", "no edge"))),
    ];

    private static readonly TestCaseData<Claim>[] CanFail =
    [
        new(Claim.Value("c", "x").Accept(atLeast: 0)),
        new(Claim.Ratio("c", "x").Accept(atLeast: 0, atMost: 2)),
        new(Claim.Ratio("c", "x").Accept(atLeast: 1e-9)),
        new(Claim.Monotone("c", "x").Accept(atMost: 0)),
        new(Claim.Exact("c", "x")),
        new(Claim.Value("c", "x").In("%").Accept(0, 99)),
        new(Claim.Value("c", "x").In("ms").Accept(0, 100)),
        new(Claim.Value("c", "x").Accept(0.1, 1).Measured(Intervals.Wilson(3, 10))),
    ];

    [TestCaseSource(nameof(CannotFail))]
    public void Refuses_a_claim_that_cannot_fail(Claim claim)
    {
        ResearchKitException? e = Assert.Throws<ResearchKitException>(() => ClaimBand.RequireCanFail(Info, claim));
        Assert.That(e!.Code, Is.EqualTo(ErrorCodes.ClaimCannotFail));
        Assert.That(e.Message, Does.StartWith("The claim c of test/bands cannot fail:"));
        Assert.That(
            () => ClaimJudge.Judge([(Info, claim)], new JudgeContext(Scale.Quick, new HashSet<string>(), false)),
            Throws.InstanceOf<ResearchKitException>()
        );
    }

    [TestCaseSource(nameof(CanFail))]
    public void Takes_a_claim_that_can(Claim claim) => Assert.That(() => ClaimBand.RequireCanFail(Info, claim), Throws.Nothing);

    [Test]
    public void Refuses_a_band_that_nothing_lies_in()
    {
        Assert.That(
            () => ClaimBand.RequireCanFail(Info, Claim.Value("c", "x").Accept(2, 1)),
            Throws.ArgumentException.With.Message.Contains("2 to 1")
        );
        Assert.That(() => ClaimBand.RequireCanFail(Info, Claim.Value("c", "x").Accept(double.NaN)), Throws.ArgumentException);
        Assert.That(() => ClaimBand.RequireCanFail(Info, Claim.Value("c", "x").Accept(1).WithSeedsAtLeast(0)), Throws.ArgumentException);
    }

    [Test]
    public void Says_a_band_in_words()
    {
        Assert.That(ClaimBand.Text(new(1.3, null)), Is.EqualTo("at least 1.3"));
        Assert.That(ClaimBand.Text(new(null, 2)), Is.EqualTo("at most 2"));
        Assert.That(ClaimBand.Text(new(1, 2)), Is.EqualTo("1 to 2"));
        Assert.That(ClaimBand.Text(new(0, 0)), Is.EqualTo("exactly 0"));
    }
}
