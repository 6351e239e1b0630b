namespace ResearchKit.Merge;

/// <summary>The constants that algorithms take by name, as on a command line; what is null stays the algorithm's default.</summary>
public sealed record MergeParameters
{
    /// <summary>The factor of the unified vector.</summary>
    public double? Lambda { get; init; }

    /// <summary>The share of values kept: TIES, KnOTS, sparsification.</summary>
    public double? Density { get; init; }

    /// <summary>DARE's p.</summary>
    public double? DropRate { get; init; }

    /// <summary>PCB's ratio.</summary>
    public double? Ratio { get; init; }

    /// <summary>The threshold of consensus masks.</summary>
    public double? MaskThreshold { get; init; }

    /// <summary>The share of outliers that Model Breadcrumbs drops.</summary>
    public double? Outliers { get; init; }

    /// <summary>Slerp's t.</summary>
    public double? Fraction { get; init; }

    /// <summary>The seed of what is drawn.</summary>
    public int? Seed { get; init; }

    /// <summary>Over what TIES trims.</summary>
    public TrimScope? Scope { get; init; }

    /// <summary>What task arithmetic multiplies.</summary>
    public VectorScale? Scale { get; init; }
}

/// <summary>The merging algorithms by name, in one place; a user's own are added with <see cref="With"/>.</summary>
public sealed class MergeAlgorithms
{
    private readonly Dictionary<string, Func<MergeParameters, IMergeAlgorithm>> _makers;

    private MergeAlgorithms(Dictionary<string, Func<MergeParameters, IMergeAlgorithm>> makers) => _makers = makers;

    /// <summary>Those of the library. Fisher and RegMean are not among them: they need the tasks' data, and are made in code.</summary>
    public static MergeAlgorithms Known { get; } =
        new(
            new Dictionary<string, Func<MergeParameters, IMergeAlgorithm>>(StringComparer.Ordinal)
            {
                ["average"] = _ => new Averaging(),
                ["task-arithmetic"] = p => new TaskArithmetic(
                    p.Lambda ?? (p.Scale == VectorScale.Sum ? 0.3 : 1.5),
                    p.Scale ?? VectorScale.Mean
                ),
                ["ties"] = p => new TiesMerging(p.Density ?? 0.2, p.Lambda ?? 1, p.Scope ?? TrimScope.Model),
                ["dare"] = p => new DareMerging(new TaskArithmetic(p.Lambda ?? 1.5), p.DropRate ?? 0.9, p.Seed ?? 27),
                ["dare-ties"] = p => new DareMerging(new TiesMerging(1, p.Lambda ?? 1), p.DropRate ?? 0.9, p.Seed ?? 27),
                ["pcb"] = p => new PcbMerging(p.Ratio ?? 0.1, p.Lambda ?? 1),
                ["emr"] = _ => new EmrMerging(),
                ["consensus"] = p => new ConsensusMerging(new TaskArithmetic(p.Lambda ?? 1.5), p.MaskThreshold ?? 0.3),
                ["consensus-ties"] = p => new ConsensusMerging(new TiesMerging(p.Density ?? 0.2, p.Lambda ?? 1), p.MaskThreshold ?? 0.3),
                ["consensus-pruned"] = p => new ConsensusPruning(new TaskArithmetic(p.Lambda ?? 1.5), p.MaskThreshold ?? 0.3),
                ["breadcrumbs"] = p => new SparsifiedMerging(
                    new TaskArithmetic(p.Lambda ?? 1.5),
                    new Sparsification(p.Density ?? 0.85, p.Outliers ?? 0.01)
                ),
                ["magnitude"] = p => new SparsifiedMerging(new TaskArithmetic(p.Lambda ?? 1.5), new Sparsification(p.Density ?? 0.2)),
                ["slerp"] = p => new Slerp(p.Fraction ?? 0.5),
                ["karcher"] = _ => new KarcherMean(),
                ["model-stock"] = _ => new ModelStock(),
                ["sce"] = p => new SceMerging(p.Density ?? 1),
                ["tsv-m"] = p => new TsvMerging(p.Lambda ?? 1),
                ["iso-c"] = p => new IsoMerging(p.Lambda ?? 1),
                ["iso-cts"] = p => new IsoTaskSpecificMerging(Lambda: p.Lambda ?? 1),
                ["knots-ties"] = p => new KnotsMerging(p.Density ?? 0.2, p.Lambda ?? 1),
                ["wudi"] = _ => new WudiMerging(),
            }
        );

    /// <summary>The names.</summary>
    public IReadOnlyCollection<string> Names => _makers.Keys;

    /// <summary>With one more algorithm.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="make">Makes it from constants.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public MergeAlgorithms With(string name, Func<MergeParameters, IMergeAlgorithm> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(make);
        Dictionary<string, Func<MergeParameters, IMergeAlgorithm>> more = new(_makers, StringComparer.Ordinal);
        return more.TryAdd(name, make)
            ? new MergeAlgorithms(more)
            : throw new ArgumentException($"The name {name} is taken.", nameof(name));
    }

    /// <summary>Makes an algorithm.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public IMergeAlgorithm Create(string name, MergeParameters? parameters = null) =>
        _makers.TryGetValue(name, out Func<MergeParameters, IMergeAlgorithm>? make)
            ? make(parameters ?? new MergeParameters())
            : throw new ArgumentException($"There is no algorithm \"{name}\"; there are {string.Join(", ", _makers.Keys)}.", nameof(name));
}
