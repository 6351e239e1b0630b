using System.Text.Json;
using CsCheck;
using ResearchKit.Goldens;

namespace ResearchKit.Audit.Tests.Auditing;

public class ExactBoundsTests
{
    [TestCaseSource(nameof(Cases))]
    public void Flips_and_hidden_parity_agree_with_the_enumeration_of_the_golden_case(int index)
    {
        using JsonDocument document = GoldenFiles.Json("audit", "exact_bruteforce.json");
        JsonElement c = document.RootElement.GetProperty("cases")[index];
        byte[] group = c.Bytes("group");
        GroupMargins honest = GroupMargins.Of(c.Bytes("honest"), group);
        GroupMargins labels = GroupMargins.Of(c.Bytes("label"), group);
        Assert.That(ExactBounds.FewestFlips(honest, c.Number("epsilon")).Flips, Is.EqualTo(c.GetProperty("fewest_flips").GetInt32()));
        double? hidden = ExactBounds.OmniscientConcealable(honest, labels, c.Number("tau"));
        GoldenJson.AssertClose(hidden ?? double.NaN, c.Number("max_hidden"), 1e-12, "max_hidden");
    }

    private static IEnumerable<int> Cases() => Enumerable.Range(0, 24);

    /// <summary>Every vector of answers of up to 9 rows, against the closed forms.</summary>
    [Test]
    public void Closed_forms_agree_with_brute_force()
    {
        Gen.Select(Gen.Byte[0, 1].Array[2, 9], Gen.Byte[0, 1].Array[9], Gen.Byte[0, 1].Array[9], Gen.Int[0, 10], Gen.Int[1, 20])
            .Where(c => c.Item1.Contains((byte)0) && c.Item1.Contains((byte)1))
            .Sample(
                c =>
                {
                    byte[] group = c.Item1;
                    int n = group.Length;
                    (byte[] honest, byte[] label) = (c.Item2[..n], c.Item3[..n]);
                    (double epsilon, double tau) = (c.Item4 / 10.0, c.Item5 / 20.0);
                    GroupMargins h = GroupMargins.Of(honest, group);
                    GroupMargins y = GroupMargins.Of(label, group);
                    (int flips, double? hidden, bool defeat) = BruteForce(group, honest, label, epsilon, tau);
                    Assert.That(ExactBounds.FewestFlips(h, epsilon).Flips, Is.EqualTo(flips));
                    double? bound = ExactBounds.OmniscientConcealable(h, y, tau);
                    Assert.That(bound is null, Is.EqualTo(hidden is null));
                    Assert.That(bound ?? 0, Is.EqualTo(hidden ?? 0).Within(1e-12));
                    byte[]? fair = ExactBounds.PublicPriorDefeat(label, group, epsilon, tau);
                    Assert.That(fair is not null, Is.EqualTo(defeat));
                    if (fair is not null)
                    {
                        Assert.That(Math.Abs(TwoGroupFairness.SignedDemographicParity(fair, group)), Is.LessThanOrEqualTo(epsilon + 1e-9));
                        Assert.That(fair.Where((m, i) => m != label[i]).Count(), Is.LessThan((tau * n) + 1e-9));
                    }
                },
                iter: 300
            );
    }

    [Test]
    public void The_smallest_useless_tau_is_the_smallest()
    {
        byte[] group = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
        byte[] labels = [1, 1, 1, 1, 0, 0, 0, 0, 1, 0];
        double tau = ExactBounds.SmallestUselessTau(GroupMargins.Of(labels, group), 0);
        Assert.That(tau, Is.EqualTo(0.4).Within(1e-12), "three flips and one more error");
        Assert.That(ExactBounds.PublicPriorDefeat(labels, group, 0, tau), Is.Not.Null);
        Assert.That(ExactBounds.PublicPriorDefeat(labels, group, 0, 0.3), Is.Null, "three errors are as many as accuse");
    }

    [Test]
    public void More_tau_and_more_epsilon_never_allow_less()
    {
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1])
            .Sample(
                (n0, n1, a, b, c, d) =>
                {
                    GroupMargins honest = new(n0, (int)(a * n0), n1, (int)(b * n1));
                    GroupMargins labels = new(n0, (int)(c * n0), n1, (int)(d * n1));
                    double last = 0;
                    int lastFlips = int.MaxValue;
                    for (int k = 1; k <= 20; k++)
                    {
                        double hidden = ExactBounds.OmniscientConcealable(honest, labels, k / 20.0) ?? 0;
                        Assert.That(hidden, Is.GreaterThanOrEqualTo(last - 1e-12));
                        int flips = ExactBounds.FewestFlips(honest, k / 20.0).Flips;
                        Assert.That(flips, Is.LessThanOrEqualTo(lastFlips));
                        (last, lastFlips) = (hidden, flips);
                    }
                },
                iter: 200
            );
    }

    [Test]
    public void What_cannot_be_bounded_is_refused()
    {
        Assert.That(
            () => ExactBounds.FewestFlips(new GroupMargins(3, 1, 0, 0), 0),
            Throws.InstanceOf<AuditException>().With.Message.EqualTo("Group 1 is absent from the audit set (n=3).")
        );
        Assert.That(() => ExactBounds.FewestFlips(new GroupMargins(3, 1, 2, 0), -0.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => ExactBounds.OmniscientConcealable(new GroupMargins(3, 1, 2, 0), new GroupMargins(3, 1, 2, 0), 0),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("(0, 1]")
        );
        Assert.That(
            () => ExactBounds.OmniscientConcealable(new GroupMargins(3, 1, 2, 0), new GroupMargins(2, 1, 2, 0), 0.5),
            Throws.ArgumentException
        );
    }

    private static (int Flips, double? Hidden, bool Defeat) BruteForce(
        byte[] group,
        byte[] honest,
        byte[] label,
        double epsilon,
        double tau
    )
    {
        int n = group.Length;
        double parity = TwoGroupFairness.SignedDemographicParity(honest, group);
        (int flips, double? hidden, bool defeat) = (int.MaxValue, null, false);
        byte[] m = new byte[n];
        for (int code = 0; code < 1 << n; code++)
        {
            for (int i = 0; i < n; i++)
            {
                m[i] = (byte)((code >> i) & 1);
            }
            double dp = TwoGroupFairness.SignedDemographicParity(m, group);
            int changed = m.Where((v, i) => v != honest[i]).Count();
            int errors = m.Where((v, i) => v != label[i]).Count();
            bool fair = Math.Abs(dp) <= epsilon + 1e-9;
            bool undetected = errors < (tau * n) - 1e-12;
            flips = fair ? Math.Min(flips, changed) : flips;
            hidden = undetected ? Math.Max(hidden ?? 0, Math.Abs(dp - parity)) : hidden;
            defeat |= fair && undetected;
        }
        return (flips, hidden, defeat);
    }
}
