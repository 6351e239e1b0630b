using System.Globalization;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>The claims of <see cref="LabelSkew"/>.</summary>
internal static class SkewClaims
{
    private const string Figure = "Figure 2";

    private const string OtherData =
        "optical digits and a network of 2,410 parameters, not CIFAR-10 and ResNet-8: orderings carry over, values do not; margins were set from three seeds of an independent implementation";

    private static readonly string[] FixedRules = ["average", "average-probabilities", "weighted-average", "voting"];

    public static IEnumerable<Claim> Judge(IReadOnlyList<Measured<LabelSkew.Cell, MethodRow>> rows)
    {
        yield return Over(rows, SkewedClients.Generated, 0.1, "fens-mlp-over-fixed-generated", 0.02)
            .Because("generated mixtures of Gaussians; the size of the gain depends on how much the classes overlap, its sign should not");
        yield return Over(rows, SkewedClients.Digits, 0.05, "fens-mlp-over-fixed-0.05", 0.10).Because(OtherData);
        yield return Over(rows, SkewedClients.Digits, 0.1, "fens-mlp-over-fixed-0.1", 0.05).Because(OtherData);
        foreach (double alpha in new[] { 0.05, 0.1 })
        {
            string text = alpha.ToString(CultureInfo.InvariantCulture);
            yield return Real(Claim.Value($"fens-mlp-{text}", $"alpha {text}: accuracy of FENS with the network"))
                .StatedWithoutNumber(Figure)
                .Accept(0.88, 0.94)
                .Because(OtherData)
                .Measured(Of(Values(rows, SkewedClients.Digits, alpha, "fens-mlp"), "mlp", text));
            yield return Real(
                    Claim.Difference($"fens-mlp-as-fedavg-{text}", $"alpha {text}: FENS with the network minus FedAvg after 30 rounds")
                )
                .StatedWithoutNumber(Figure)
                .Accept(-0.04, 0.04)
                .Because(
                    "level with 30 rounds; FedAvg still rises between 10 and 30, so this is not level with converged federated learning"
                )
                .Measured(Difference(rows, SkewedClients.Digits, alpha, "fens-mlp", "fedavg-30"));
            yield return Real(Claim.Value($"one-shot-fedavg-{text}", $"alpha {text}: accuracy of averaging parameters once"))
                .StatedWithoutNumber(Figure)
                .Accept(atMost: 0.5)
                .Because(OtherData)
                .Measured(Of(Values(rows, SkewedClients.Digits, alpha, "fedavg-os"), "os", text));
            yield return Real(
                    Claim.AllOf(
                        $"order-of-aggregators-{text}",
                        $"alpha {text}: in the mean the network is better than weights by class, and these better than one weight a client",
                        Claim
                            .Difference($"mlp-over-per-class-{text}", "network minus weights by class")
                            .Accept(atLeast: 0)
                            .Measured(Difference(rows, SkewedClients.Digits, alpha, "fens-mlp", "fens-per-class-weights")),
                        Claim
                            .Difference($"per-class-over-linear-{text}", "weights by class minus one weight a client")
                            .Accept(atLeast: 0)
                            .Measured(Difference(rows, SkewedClients.Digits, alpha, "fens-per-class-weights", "fens-linear"))
                    )
                )
                .StatedWithoutNumber("Figure 8")
                .Because(OtherData);
        }
    }

    private static Claim Over(IReadOnlyList<Measured<LabelSkew.Cell, MethodRow>> rows, string data, double alpha, string id, double margin)
    {
        Claim claim = Claim
            .Difference(
                id,
                $"{data}, alpha {alpha.ToString(CultureInfo.InvariantCulture)}: FENS with the network minus the fixed rule that is best in the mean"
            )
            .StatedWithoutNumber(Figure)
            .Accept(atLeast: margin)
            .Measured(OverBestFixed(rows, data, alpha));
        return data == SkewedClients.Digits ? Real(claim) : claim;
    }

    // The best rule is chosen by its mean on the very seeds that are judged: that favours the rules, never FENS.
    private static Estimate? OverBestFixed(IReadOnlyList<Measured<LabelSkew.Cell, MethodRow>> rows, string data, double alpha)
    {
        double[][] rules = [.. FixedRules.Select(rule => Values(rows, data, alpha, rule))];
        double[] own = Values(rows, data, alpha, "fens-mlp");
        if (own.Length == 0 || rules.Any(rule => rule.Length != own.Length))
        {
            return null;
        }
        double[] best = rules.MaxBy(rule => rule.Average())!;
        return Intervals.PairedDifference(own, best, Stream(data, alpha.ToString(CultureInfo.InvariantCulture), "fixed"));
    }

    private static Estimate? Difference(
        IReadOnlyList<Measured<LabelSkew.Cell, MethodRow>> rows,
        string data,
        double alpha,
        string a,
        string b
    )
    {
        double[] first = Values(rows, data, alpha, a);
        double[] second = Values(rows, data, alpha, b);
        return first.Length == 0 || first.Length != second.Length
            ? null
            : Intervals.PairedDifference(first, second, Stream(data, alpha.ToString(CultureInfo.InvariantCulture), a, b));
    }

    private static Estimate? Of(double[] values, params ReadOnlySpan<string> purpose) =>
        values.Length == 0 ? null : Intervals.OfSeeds(values, Stream(purpose));

    private static double[] Values(IReadOnlyList<Measured<LabelSkew.Cell, MethodRow>> rows, string data, double alpha, string method) =>
        [
            .. rows.Where(row => row.Cell.Data == data && row.Cell.Alpha == alpha && row.Row.Method == method)
                .OrderBy(row => row.Cell.Seed)
                .Select(row => row.Row.Accuracy),
        ];

    private static Claim Real(Claim claim) =>
        claim.Requires($"data:{SkewedClients.Digits}").From(Scale.Full).On(DataOrigin.Real).WithSeedsAtLeast(5);

    private static RandomStream Stream(params ReadOnlySpan<string> purpose) =>
        RandomStream.Named(["fens/label-skew", .. purpose, "bootstrap"]);
}
