using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Experiments;

public class ClaimJudgeTests
{
    private static readonly ExperimentInfo Info = new("test/judge", "none", "Judging", 1);
    private static readonly JudgeContext Quiet = new(Scale.Quick, new HashSet<string>(), MachineBusy: false);
    private static readonly double[] A = [10.2, 11.1, 9.8, 12.0, 10.9];
    private static readonly double[] B = [8.1, 9.0, 8.3, 9.1, 8.4];

    private static RandomStream Stream => RandomStream.Named("test/judge", "bootstrap");

    [Test]
    public void Confirmed_when_estimate_interval_and_p_agree()
    {
        JudgedClaim judged = Judge(Claim.Ratio("r", "A over B").Accept(atLeast: 1.15).Measured(Intervals.PairedRatio(A, B, Stream)));
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Confirmed), judged.Why);
        Assert.That(judged.P, Is.EqualTo(PairedT.OneSidedRatio(A, B, 1.15)).Within(1e-9).Percent);
        Assert.That(judged.AdjustedP, Is.EqualTo(judged.P));
    }

    [Test]
    public void Consistent_when_the_interval_crosses_the_edge_and_says_how_many_seeds_are_needed()
    {
        Estimate estimate = Intervals.PairedRatio(A, B, Stream);
        JudgedClaim judged = Judge(Claim.Ratio("r", "A over B").Accept(atLeast: 1.2).Measured(estimate));
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Consistent));
        Assert.That(judged.P, Is.EqualTo(0.03794767113816053).Within(1e-8).Percent);
        // s = 0.043545 on logarithms, distance log(1.25697 / 1.2) = 0.046393: t of n - 1 degrees first exceeds its 97.5 % point at n = 6.
        Assert.That(judged.Why, Is.EqualTo("interval crosses 1.2: about 1 more seed needed"));
    }

    [Test]
    public void As_many_seeds_as_it_says_are_enough_and_one_less_is_not([Values(1.05, 1.2, 1.24, 1.25)] double edge)
    {
        Estimate estimate = Intervals.PairedRatio(A, B, Stream) with { Low = 1.01, High = 1.5643 };
        Band band = new(edge, null);
        int more = EdgeTest.MoreSeeds(estimate, band, allowedP: 1)!.Value;
        double half = Math.Log(estimate.Value / estimate.Low);
        Assert.That(HalfWith(more), Is.LessThanOrEqualTo(Math.Log(estimate.Value / edge)));
        Assert.That(more == 1 || HalfWith(more - 1) > Math.Log(estimate.Value / edge), Is.True);

        double HalfWith(int extra) =>
            half / PairedT.Quantile(0.975, 4) * Math.Sqrt(5) * PairedT.Quantile(0.975, 4 + extra) / Math.Sqrt(5 + extra);
    }

    [Test]
    public void Failed_when_the_estimate_lies_outside()
    {
        JudgedClaim judged = Judge(Claim.Ratio("r", "A over B").Accept(atLeast: 1.3).Measured(Intervals.PairedRatio(A, B, Stream)));
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Failed));
        Assert.That(judged.Why, Is.EqualTo("1.257 is below the band's edge 1.3"));
        Assert.That(Judge(Claim.Value("v", "x").Accept(atMost: 1).Measured(Exactly(2))).Why, Is.EqualTo("2 is above the band's edge 1"));
    }

    [Test]
    public void On_the_edge_is_inside_and_no_number_of_seeds_helps()
    {
        JudgedClaim judged = Judge(Claim.Value("v", "x").Accept(atLeast: 1).Measured(Spread(1, 0.5)));
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Consistent));
        Assert.That(judged.Why, Is.EqualTo("interval crosses 1"));
    }

    [Test]
    public void A_value_in_a_band_needs_no_p()
    {
        JudgedClaim judged = Judge(Claim.Value("v", "x").Accept(1, 2).Measured(Spread(1.5, 0.4)));
        Assert.That(judged, Is.EqualTo(judged with { Verdict = Verdict.Confirmed, P = null, AdjustedP = null }));
    }

    [Test]
    public void Holm_over_all_claims_turns_a_weak_one_consistent()
    {
        // Five equal p of 0.02: each interval lies inside, adjusted 0.1.
        (ExperimentInfo, Claim)[] claims =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(i => (Info, Claim.Difference($"d{i}", "A - B").Accept(atLeast: 0).Measured(Spread(1, 0.9), p: 0.02))),
        ];
        IReadOnlyList<JudgedClaim> judged = ClaimJudge.Judge(claims, Quiet);
        Assert.That(judged.Select(j => j.Verdict), Is.All.EqualTo(Verdict.Consistent));
        Assert.That(judged.Select(j => j.AdjustedP), Is.All.EqualTo(0.1).Within(1e-15));
        Assert.That(judged[0].Why, Does.StartWith("p = 0.020, adjusted for many claims 0.100: about"));
        Assert.That(ClaimJudge.Judge([claims[0]], Quiet)[0].Verdict, Is.EqualTo(Verdict.Confirmed));
    }

    [Test]
    public void The_p_of_a_two_sided_band_is_the_larger_one()
    {
        Estimate e = Spread(1, 0.2);
        double near = Judge(Claim.Difference("d", "A - B").Accept(atLeast: 0.7).Measured(e)).P!.Value;
        double far = Judge(Claim.Difference("d", "A - B").Accept(atMost: 9).Measured(e)).P!.Value;
        Assert.That(Judge(Claim.Difference("d", "A - B").Accept(0.7, 9).Measured(e)).P, Is.EqualTo(near));
        Assert.That(near, Is.GreaterThan(far));
    }

    [Test]
    public void Not_judged_without_rows_with_nan_or_with_too_few_seeds()
    {
        Claim claim = Claim.Value("v", "x").Accept(atLeast: 0);
        Assert.That(Judge(claim).Why, Is.EqualTo("rows are missing"));
        Assert.That(Judge(claim with { NotMeasuredBecause = "the curves do not meet" }).Why, Is.EqualTo("the curves do not meet"));
        Assert.That(Judge(claim.Measured(Exactly(double.NaN))).Why, Is.EqualTo("the value is not a number"));
        Assert.That(Judge(claim.Measured(Intervals.OfSeeds([1, 2], Stream))).Why, Is.EqualTo("2 seeds, at least 3 needed"));
        Assert.That(Judge(claim.Measured(Intervals.OfSeeds([1.0], Stream))).Why, Is.EqualTo("1 seed, at least 3 needed"));
        Assert.That(new[] { claim, claim.Measured(Exactly(double.NaN)) }.Select(c => Judge(c).Verdict), Is.All.EqualTo(Verdict.NotJudged));
    }

    [Test]
    public void Deterministic_values_need_no_seeds_and_constant_seeds_no_interval()
    {
        Assert.That(Judge(Claim.Value("v", "x").Accept(atLeast: 0).Measured(Exactly(1))).Verdict, Is.EqualTo(Verdict.Confirmed));
        Assert.That(
            Judge(Claim.Value("v", "x").Accept(atLeast: 0).Measured(Intervals.OfSeeds([1, 1, 1], Stream))),
            Has.Property("Verdict").EqualTo(Verdict.Confirmed).And.Property("Why").EqualTo("the same over 3 seeds")
        );
        Assert.That(Judge(Claim.Exact("e", "x").Measured(Exactly(0))).Verdict, Is.EqualTo(Verdict.Confirmed));
        Assert.That(Judge(Claim.Exact("e", "x").Measured(Exactly(1))).Verdict, Is.EqualTo(Verdict.Failed));
    }

    [Test]
    public void Skipped_by_scale_or_needs_before_anything_else()
    {
        Claim claim = Claim.Value("v", "x").Accept(atLeast: 0).Measured(Exactly(-1));
        JudgeContext bare = new(Scale.Quick, new HashSet<string> { "data:cifar10", "cuda" }, MachineBusy: true);
        Assert.That(Judge(claim.From(Scale.Full), bare).Why, Is.EqualTo("judged from scale Full on; this is Quick"));
        Assert.That(Judge(claim.Requires("data:cifar10"), bare).Why, Is.EqualTo("the data set cifar10 is not here"));
        Assert.That(Judge(claim.Requires("data:mnist", "cuda"), bare).Why, Is.EqualTo("cuda is not here"));
        Assert.That(Judge(claim.Requires("cuda").OnTiming(), bare).Verdict, Is.EqualTo(Verdict.Skipped));
        Assert.That(Judge(claim.Requires("data:mnist"), bare).Verdict, Is.EqualTo(Verdict.Failed));
        Assert.That(Judge(claim.From(Scale.Full), bare with { Scale = Scale.Paper }).Verdict, Is.EqualTo(Verdict.Failed));
    }

    [Test]
    public void Timing_on_a_busy_machine_is_not_judged()
    {
        Claim claim = Claim.Ratio("r", "x").Accept(atLeast: 2).Measured(Spread(1, 0.1)).OnTiming();
        Assert.That(Judge(claim).Verdict, Is.EqualTo(Verdict.Failed));
        Assert.That(Judge(claim, Quiet with { MachineBusy = true }).Verdict, Is.EqualTo(Verdict.NotJudged));
    }

    [Test]
    public void Skipped_and_unjudged_claims_do_not_count_in_the_family()
    {
        Claim d = Claim.Difference("d", "A - B").Accept(atLeast: 0).Measured(Spread(1, 0.5), p: 0.03);
        IReadOnlyList<JudgedClaim> judged = ClaimJudge.Judge([(Info, d), (Info, d.From(Scale.Full)), (Info, d.Measured(null))], Quiet);
        Assert.That(judged.Select(j => j.AdjustedP), Is.EqualTo(new double?[] { 0.03, null, null }));
        Assert.That(judged.Select(j => j.Verdict), Is.EqualTo([Verdict.Confirmed, Verdict.Skipped, Verdict.NotJudged]));
    }

    [Test]
    public void All_of_is_as_good_as_its_worst_part()
    {
        Claim good = Claim.Value("good", "x").Accept(atLeast: 0).Measured(Exactly(1));
        Claim weak = Claim.Value("weak", "x").Accept(atLeast: 0).Measured(Spread(1, 2));
        Claim bad = Claim.Value("bad", "x").Accept(atLeast: 2).Measured(Exactly(1));
        Claim bare = Claim.Value("bare", "x").Accept(atLeast: 2);
        Claim far = good.From(Scale.Full);
        Assert.That(All(good, good).Verdict, Is.EqualTo(Verdict.Confirmed));
        Assert.That(All(good, weak).Verdict, Is.EqualTo(Verdict.Consistent));
        Assert.That(All(good, weak).Why, Does.StartWith("of 2 parts the worst is weak: interval crosses 0"));
        Assert.That(All(good, weak, far).Verdict, Is.EqualTo(Verdict.Skipped));
        Assert.That(All(good, far, bare).Verdict, Is.EqualTo(Verdict.NotJudged));
        Assert.That(All(bare, bad, good).Verdict, Is.EqualTo(Verdict.Failed));

        static JudgedClaim All(params IReadOnlyList<Claim> parts) => Judge(Claim.AllOf("all", "x", parts));
    }

    [Test]
    public void All_of_counts_once_in_the_family_with_its_largest_p()
    {
        Claim Part(string id, double p) => Claim.Difference(id, "A - B").Accept(atLeast: 0).Measured(Spread(1, 0.5), p);
        JudgedClaim judged = Judge(Claim.AllOf("all", "x", Part("a", 0.001), Part("b", 0.04)));
        Assert.That(judged.P, Is.EqualTo(0.04));
        Assert.That(judged.AdjustedP, Is.EqualTo(0.04));
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Confirmed));
    }

    private static JudgedClaim Judge(Claim claim, JudgeContext? context = null) => ClaimJudge.Judge([(Info, claim)], context ?? Quiet)[0];

    private static Estimate Exactly(double value) => new(value, value, value, 0, 1, IntervalMethod.Deterministic);

    private static Estimate Spread(double value, double half) => new(value, value - half, value + half, 0.95, 5, IntervalMethod.StudentT);
}
