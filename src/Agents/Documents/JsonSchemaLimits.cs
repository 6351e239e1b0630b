namespace ResearchKit.Agents;

/// <summary>What a schema of a stranger may cost.</summary>
public sealed record JsonSchemaLimits
{
    /// <summary>The defaults: 10,000 nodes, depth 64, 200,000 steps.</summary>
    public static JsonSchemaLimits Default { get; } = new();

    /// <summary>JSON values in the schema, at most. Default 10,000.</summary>
    public int MostNodes
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MostNodes is at least 1.");
    } = 10_000;

    /// <summary>Schemas applied within one another, at most. Default 64.</summary>
    public int MostDepth
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MostDepth is at least 1.");
    } = JsonSchemaValidator.MostDepth;

    /// <summary>Schemas applied to one instance, at most: a small schema can refer to itself so that it never ends. Default 200,000.</summary>
    public int MostSteps
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MostSteps is at least 1.");
    } = 200_000;
}
