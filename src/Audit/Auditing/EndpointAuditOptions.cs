namespace ResearchKit.Audit;

/// <summary>How a live model is audited.</summary>
public sealed record EndpointAuditOptions
{
    /// <summary>Groups, label and verdict; columns of answers, scores and weights are not used.</summary>
    public required TableAuditOptions Table { get; init; }

    /// <summary>The most questions, at least 1.</summary>
    public required int Budget
    {
        get;
        init =>
            field =
                value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Budget), value, "An audit asks at least one question.");
    }

    /// <summary>The columns that are sent; empty: all but those of label, answer, score and weight.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Decides which rows are asked about. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>So many failed questions in a row end the audit, at least 1. Default 3.</summary>
    public int MostFailures
    {
        get;
        init =>
            field =
                value >= 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(MostFailures), value, "At least one failed question ends the audit.");
    } = 3;
}
