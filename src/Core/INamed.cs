namespace ResearchKit;

/// <summary>One of several implementations of the same thing, chosen by its name in options, tables and figures.</summary>
public interface INamed
{
    /// <summary>The name; no two of a family have the same.</summary>
    string Name { get; }
}
