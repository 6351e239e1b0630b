using ResearchKit.Merge;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>The algorithms of the curves, with the constants of the published scripts.</summary>
internal static class VariantCatalog
{
    public const string Average = "average";
    public const string TaskArithmetic = "task arithmetic";
    public const string TaskArithmeticSum = "task arithmetic, 0.3 sum";
    public const string Ties = "TIES";
    public const string Emr = "EMR";
    public const string Consensus = "Consensus";

    /// <summary>The quick set.</summary>
    public static IReadOnlyList<CurveVariant> Quick { get; } =
    [
        new(Average, new Averaging()),
        new(TaskArithmetic, new TaskArithmetic(1.5)),
        new(TaskArithmeticSum, new TaskArithmetic(0.3, VectorScale.Sum)),
        new(Ties, new TiesMerging(0.2)),
        new(Emr, new EmrMerging()),
        new(Consensus, new ConsensusMerging(new TaskArithmetic(1.5), 0.4)),
    ];

    /// <summary>The algorithms of plain size that quick and full runs have in common.</summary>
    public static IReadOnlyList<string> PlainQuick { get; } = [Average, TaskArithmetic, Ties];

    /// <summary>All that the full runs compare.</summary>
    public static IReadOnlyList<CurveVariant> All { get; } =
    [
        .. Quick,
        new("PCB", new PcbMerging(0.05, 1.2)),
        new("DARE + task arithmetic", new DareMerging(new TaskArithmetic(1.5))),
        new("TSV-M", new TsvMerging()),
        new("Iso-C", new IsoMerging()),
        new("WUDI", new WudiMerging()),
    ];
}
