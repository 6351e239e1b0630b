namespace ResearchKit.Watermark;

/// <summary>How colluders decide a pair on which their copies differ.</summary>
public enum CollusionRule
{
    /// <summary>As in the copy of one of them, chosen at random.</summary>
    Random,

    /// <summary>As in most copies; a tie by a fair coin.</summary>
    Majority,

    /// <summary>Joined, as in at least one copy.</summary>
    Union,

    /// <summary>Not joined, as in at least one copy.</summary>
    Intersection,
}
