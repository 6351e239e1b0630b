namespace ResearchKit.Experiments;

/// <summary>What is known of an experiment without constructing it.</summary>
/// <param name="Id">The id <c>paper/figure-slug</c>.</param>
/// <param name="Paper">The paper, for example <c>arXiv:2502.04182</c>.</param>
/// <param name="Shows">What the figure or table shows.</param>
/// <param name="Version">The version; raised when the rows would change.</param>
public sealed record ExperimentInfo(string Id, string Paper, string Shows, int Version)
{
    /// <summary>The part of the id before the slash.</summary>
    public string PaperSlug => Id[..Id.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The part of the id after the slash.</summary>
    public string FigureSlug => Id[(Id.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
