namespace ResearchKit.Audit;

/// <summary>The confusion table of one group: numbers of rows, or sums of their weights.</summary>
/// <param name="TruePositives">Label 1, answer 1.</param>
/// <param name="FalsePositives">Label 0, answer 1.</param>
/// <param name="TrueNegatives">Label 0, answer 0.</param>
/// <param name="FalseNegatives">Label 1, answer 0.</param>
public readonly record struct GroupCounts(double TruePositives, double FalsePositives, double TrueNegatives, double FalseNegatives)
{
    /// <summary>All rows.</summary>
    public double Total => TruePositives + FalsePositives + TrueNegatives + FalseNegatives;

    /// <summary>Rows with label 1.</summary>
    public double Positives => TruePositives + FalseNegatives;

    /// <summary>Rows with label 0.</summary>
    public double Negatives => TrueNegatives + FalsePositives;

    /// <summary>Rows with answer 1.</summary>
    public double Selected => TruePositives + FalsePositives;

    /// <summary>Rows with answer 0.</summary>
    public double Rejected => TrueNegatives + FalseNegatives;

    /// <summary>Rows with a wrong answer.</summary>
    public double Errors => FalsePositives + FalseNegatives;

    /// <summary>Adds the rows of two groups.</summary>
    public static GroupCounts operator +(GroupCounts a, GroupCounts b) =>
        new(
            a.TruePositives + b.TruePositives,
            a.FalsePositives + b.FalsePositives,
            a.TrueNegatives + b.TrueNegatives,
            a.FalseNegatives + b.FalseNegatives
        );
}
