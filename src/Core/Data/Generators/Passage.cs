namespace ResearchKit.Data;

/// <summary>A passage of <see cref="TopicPassages"/>.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Topic">Its topic, from 0.</param>
/// <param name="Title">Two words that no other passage has.</param>
/// <param name="Text">Its text, which repeats the title's words.</param>
public sealed record Passage(string Id, int Topic, string Title, string Text);
