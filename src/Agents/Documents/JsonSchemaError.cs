namespace ResearchKit.Agents;

/// <summary>A place of an instance that does not satisfy its schema.</summary>
/// <param name="Path">The place, as a JSON Pointer; empty for the whole.</param>
/// <param name="Message">What the schema demands, and what is there.</param>
public sealed record JsonSchemaError(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Path.Length == 0 ? "(root)" : Path)}: {Message}";
}
