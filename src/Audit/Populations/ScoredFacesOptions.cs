namespace ResearchKit.Audit;

/// <summary>What <see cref="ScoredFaces"/> imitates.</summary>
public sealed record ScoredFacesOptions
{
    /// <summary>The error rate of the scores answered at 0.5 without a prior, in (0, 0.5).</summary>
    public required double Error
    {
        get;
        init =>
            field =
                value > 0 && value < 0.5
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Error), value, "The error lies between 0 and 0.5.");
    }

    /// <summary>The positive rate of group 0, in (0, 1).</summary>
    public required double Rate0 { get; init; }

    /// <summary>The positive rate of group 1, in (0, 1).</summary>
    public required double Rate1 { get; init; }

    /// <summary>The share of group 1. Default 0.42, the share of men in CelebA.</summary>
    public double ShareOfGroup1 { get; init; } = 0.42;

    /// <summary>Whether the score knows the group, and is calibrated in each. Default false: calibrated over all.</summary>
    public bool GroupAware { get; init; }
}
