namespace ResearchKit.Audit;

/// <summary>A strategy on its grid of parameters.</summary>
/// <param name="Name">The name, that of its strategies.</param>
/// <param name="Grid">The strategies, one a parameter.</param>
public sealed record ManipulationFamily(string Name, IReadOnlyList<IAuditManipulation> Grid) : INamed
{
    /// <summary>Whether the paper has it; figures mark others.</summary>
    public bool InPaper { get; init; }
}
