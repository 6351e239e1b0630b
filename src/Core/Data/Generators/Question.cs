namespace ResearchKit.Data;

/// <summary>A question about a passage.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Topic">The topic of its passage.</param>
/// <param name="PassageId">The passage that answers it.</param>
/// <param name="Text">Its text, without a variant's prefix.</param>
public sealed record Question(string Id, int Topic, string PassageId, string Text);
