using ResearchKit.Experiments;

namespace ResearchKit.Papers.Audit;

/// <summary>One audit set of one platform.</summary>
/// <param name="Data">The population.</param>
/// <param name="Model">The platform's model.</param>
/// <param name="Budget">n, the queries of the audit.</param>
/// <param name="Seed">The seed of the audit set, and of a generated population.</param>
public sealed record AuditCell(string Data, string Model, int Budget, int Seed) : ICellNeeds
{
    /// <inheritdoc/>
    public IEnumerable<string> Needs() => AuditDatasets.Needs(Data);
}
