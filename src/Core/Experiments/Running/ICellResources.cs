namespace ResearchKit.Experiments;

/// <summary>Knows what this machine has of what cells need.</summary>
public interface ICellResources
{
    /// <summary>Why a resource is not here, with the command that gets it; null if it is here.</summary>
    /// <param name="need">The resource, written as in <see cref="NeedsAttribute"/>: <c>cuda</c> or <c>data:NAME</c>.</param>
    /// <exception cref="ArgumentException">There is no resource of that kind.</exception>
    string? WhyMissing(string need);
}
