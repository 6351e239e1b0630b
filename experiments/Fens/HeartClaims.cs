using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// The claims of <see cref="HeartDisease"/>. None says that FENS wins: with 254 test rows one standard deviation of a proportion is 2.6 points, and FENS is neither better than
/// averaging, weighted averaging or voting here, nor than the best single hospital.
/// </summary>
internal static class HeartClaims
{
    private const string Reason =
        "the paper's values of Figure 6 could not be read: the reference is an independent implementation of the same protocol (seeds 42-51), and one standard deviation of a proportion over 254 rows is 2.6 points";

    private static readonly (string Method, double Mean, double Width)[] References =
    [
        ("local-0", 0.787, 0.03),
        ("local-1", 0.721, 0.03),
        ("local-2", 0.514, 0.08),
        ("local-3", 0.604, 0.03),
        ("average", 0.778, 0.03),
        ("weighted-average", 0.781, 0.03),
        ("voting", 0.780, 0.03),
        ("fens-linear-proxy-0.001", 0.774, 0.03),
        ("fens-linear-proxy-0.01", 0.755, 0.03),
        ("fens-linear-all-0.001", 0.750, 0.03),
        ("fens-linear-all-0.01", 0.739, 0.03),
        ("fens-mlp-proxy-0.001", 0.773, 0.03),
        ("fens-mlp-proxy-0.01", 0.728, 0.03),
        ("fens-mlp-all-0.001", 0.781, 0.03),
        ("fens-mlp-all-0.01", 0.779, 0.03),
        ("fedavg-15", 0.753, 0.03),
        ("fedprox-15", 0.753, 0.03),
        ("scaffold-15", 0.753, 0.03),
        ("fedadam-15", 0.774, 0.03),
        ("fedyogi-15", 0.774, 0.03),
        ("fedavg-150", 0.787, 0.03),
        ("fedadam-150", 0.783, 0.03),
        ("fedyogi-150", 0.782, 0.03),
        ("scaffold-150", 0.787, 0.03),
        ("fedavg-os-100", 0.606, 0.08),
        ("fedavg-os-1000", 0.728, 0.03),
        ("fedavg-os-1500", 0.752, 0.03),
        ("fedprox-os-1500", 0.751, 0.03),
    ];

    // FLamby's own results, seeds 42-46, mean over its files.
    private static readonly (string Method, double Mean, double Width)[] Flamby =
    [
        ("local-0", 0.784, 0.03),
        ("local-1", 0.727, 0.03),
        ("local-2", 0.483, 0.08),
        ("local-3", 0.611, 0.03),
        ("fedavg-15", 0.748, 0.03),
        ("fedprox-15", 0.748, 0.03),
        ("fedadam-15", 0.779, 0.03),
        ("fedyogi-15", 0.779, 0.03),
        ("scaffold-15", 0.748, 0.03),
        ("pooled", 0.795, 0.03),
    ];

    public static IEnumerable<Claim> Judge(IReadOnlyList<Measured<HeartDisease.Cell, MethodRow>> rows, string record)
    {
        yield return OnPar(rows, record, HeartClients.Generated);
        yield return OnPar(rows, record, HeartClients.Real);
        yield return Same(rows, HeartClients.Generated);
        yield return Same(rows, HeartClients.Real);
        foreach (var (method, mean, width) in References)
        {
            yield return Real(Claim.Value($"{method}-as-measured", $"{method}: accuracy as an independent implementation measured it"))
                .Accept(mean - width, mean + width)
                .StatedWithoutNumber("Figure 6")
                .Because(Reason)
                .Measured(Accuracy(rows, HeartClients.Real, method));
        }
        foreach (var (method, mean, width) in Flamby)
        {
            yield return Real(Claim.Value($"{method}-as-flamby", $"{method}: accuracy as FLamby's published results have it"))
                .Published(mean, "FLamby (arXiv:2210.04620), results of its repository, seeds 42-46")
                .Accept(mean - width, mean + width)
                .Because("one standard deviation of a proportion over 254 rows is 2.6 points")
                .Measured(Accuracy(rows, HeartClients.Real, method));
        }
    }

    private static Claim OnPar(IReadOnlyList<Measured<HeartDisease.Cell, MethodRow>> rows, string record, string data) =>
        On(Claim.Difference($"on-par-{data}", "FENS (linear, proxy rows) is within 5 points of FedAvg after 150 rounds"), data)
            .StatedWithoutNumber("Figure 6")
            .Accept(-0.05, 0.05)
            .Because("on par, not better: neither claim nor data say that FENS wins here")
            .Measured(Difference(rows, data, record, "fedavg-150"));

    private static Claim Same(IReadOnlyList<Measured<HeartDisease.Cell, MethodRow>> rows, string data) =>
        On(Claim.Difference($"scaffold-is-fedavg-{data}", "After 15 rounds SCAFFOLD is where FedAvg is"), data)
            .StatedWithoutNumber("Figure 6; FLamby, Figure 3")
            .Accept(-0.01, 0.01)
            .Because("steps of 0.001 move a linear model so little that the correction of drift has nothing to correct")
            .Measured(Difference(rows, data, "scaffold-15", "fedavg-15"));

    private static Claim On(Claim claim, string data) => data == HeartClients.Real ? Real(claim) : claim.WithSeedsAtLeast(5);

    private static Claim Real(Claim claim) =>
        claim.Requires($"data:{HeartClients.Real}").From(Scale.Full).On(DataOrigin.Real).WithSeedsAtLeast(10);

    private static Estimate? Accuracy(IReadOnlyList<Measured<HeartDisease.Cell, MethodRow>> rows, string data, string method)
    {
        double[] values = Values(rows, data, method);
        return values.Length == 0 ? null : Intervals.OfSeeds(values, Stream(data, method));
    }

    private static Estimate? Difference(IReadOnlyList<Measured<HeartDisease.Cell, MethodRow>> rows, string data, string a, string b)
    {
        double[] first = Values(rows, data, a);
        double[] second = Values(rows, data, b);
        return first.Length == 0 || first.Length != second.Length ? null : Intervals.PairedDifference(first, second, Stream(data, a, b));
    }

    private static double[] Values(IReadOnlyList<Measured<HeartDisease.Cell, MethodRow>> rows, string data, string method) =>
        [.. rows.Where(r => r.Cell.Data == data && r.Row.Method == method).OrderBy(r => r.Cell.Seed).Select(r => r.Row.Accuracy)];

    private static RandomStream Stream(params ReadOnlySpan<string> purpose) =>
        RandomStream.Named(["fens/heart-disease", .. purpose, "bootstrap"]);
}
