using ResearchKit.Experiments;

namespace ResearchKit.Papers.Audit;

/// <summary>The authors' curves for boosted trees on the employment task, threshold 0.15, read off their stored figure (within 0.003).</summary>
internal static class ConcealableMarks
{
    private static readonly int[] Budgets = [100, 300, 500, 700, 1000, 2000, 3000, 4000, 5000];

    public static IReadOnlyList<ReferenceMark> Published { get; } =
    [
        .. Marks("authors, threshold", [.183, .176, .040, .041, .046, .052, .060, .060, .064]),
        .. Marks("authors, linear relaxation", [.176, .12, .061, .081, .051, .074, .077, .089, .077]),
        .. Marks("authors, ROC", [.058, .036, .060, .055, .053, .064, .068, .065, .064]),
        .. Marks("authors, label transport", [.058, .044, .025, .010, .012, .020, .018, .009, .009]),
    ];

    private static IEnumerable<ReferenceMark> Marks(string label, double[] values) =>
        values.Select((v, i) => new ReferenceMark(Budgets[i], v, label));
}
