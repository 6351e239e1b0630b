namespace ResearchKit.Experiments;

/// <summary>How much of an experiment is run.</summary>
public enum Scale
{
    /// <summary>Seconds, on embedded data: what continuous integration runs.</summary>
    Quick,

    /// <summary>Minutes to half an hour on two cores: bands are judged over more seeds and on real data where they are.</summary>
    Full,

    /// <summary>As published: described and dry-run where it cannot run.</summary>
    Paper,
}
