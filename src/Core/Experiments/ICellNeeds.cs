namespace ResearchKit.Experiments;

/// <summary>A cell that says by its own values what it needs, for example the data set it names. A method, not a property: it is no part of the key.</summary>
public interface ICellNeeds
{
    /// <summary>The resources, written as in <see cref="NeedsAttribute"/>; empty if none.</summary>
    IEnumerable<string> Needs();
}
