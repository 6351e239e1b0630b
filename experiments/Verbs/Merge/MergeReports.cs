namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>merge plan</c> says.</summary>
internal sealed record MergePlanReport(
    IReadOnlyList<string> Tasks,
    string Algorithm,
    int Blocks,
    long Parameters,
    double MinimumSize,
    IReadOnlyList<MergeSizeLine> Sizes,
    IReadOnlyList<MergeBlockLine> AtSize
);

/// <summary>One size of a plan.</summary>
internal sealed record MergeSizeLine(double Requested, double Size, int Steps, int StoredVersions, double Compression);

/// <summary>A block at the size asked for.</summary>
internal sealed record MergeBlockLine(string Block, long Parameters, IReadOnlyList<IReadOnlyList<string>> Groups);

/// <summary>What <c>merge run</c> says.</summary>
internal sealed record MergeRunReport(
    string Folder,
    double RequestedSize,
    double Size,
    double SizeBesideBase,
    long Bytes,
    int Blocks,
    int StoredVersions,
    IReadOnlyList<string> Notes
);

/// <summary>What <c>merge materialize</c> says.</summary>
internal sealed record MergeMaterializeReport(string Folder, string Task, int Tensors);

/// <summary>What <c>merge inspect</c> says of a checkpoint.</summary>
internal sealed record CheckpointReport(string Path, int Tensors, long Parameters, long Bytes, IReadOnlyList<MergeBlockLine> Blocks);

/// <summary>What <c>merge sweep</c> says.</summary>
internal sealed record SweepReport(IReadOnlyList<SweepPoint> Points, double? Reached);

/// <summary>One point of a sweep.</summary>
/// <param name="Requested">The size asked for.</param>
/// <param name="Size">The size.</param>
/// <param name="Accuracies">The accuracy of each task.</param>
/// <param name="Mean">Their mean.</param>
internal sealed record SweepPoint(double Requested, double Size, IReadOnlyDictionary<string, double> Accuracies, double Mean);
