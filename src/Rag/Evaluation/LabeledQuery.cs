namespace ResearchKit.Rag;

/// <summary>A query of a data set.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Text">Its text.</param>
public sealed record LabeledQuery(string Id, string Text);
