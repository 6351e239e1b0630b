namespace ResearchKit.Data;

/// <summary>A site of <see cref="TabularClients"/>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Rows">Its rows, at least 1.</param>
/// <param name="PositiveRate">The probability of class 1 at the site, in [0, 1].</param>
public sealed record TabularSite(string Name, int Rows, double PositiveRate);
