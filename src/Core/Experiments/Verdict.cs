namespace ResearchKit.Experiments;

/// <summary>The verdict on a claim.</summary>
public enum Verdict
{
    /// <summary>The estimate and its (adjusted) interval lie in the band.</summary>
    Confirmed,

    /// <summary>The estimate lies in the band, its interval crosses the edge: more seeds are needed.</summary>
    Consistent,

    /// <summary>The estimate lies outside the band.</summary>
    Failed,

    /// <summary>Cells are missing or failed, too few seeds, or the value is not a number.</summary>
    NotJudged,

    /// <summary>The data, the hardware or the scale it needs are not here.</summary>
    Skipped,
}
