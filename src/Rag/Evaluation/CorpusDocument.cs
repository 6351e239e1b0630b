namespace ResearchKit.Rag;

/// <summary>A document of a corpus.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Title">Its title; may be empty.</param>
/// <param name="Text">Its text.</param>
public sealed record CorpusDocument(string Id, string Title, string Text)
{
    /// <summary>What is embedded, by MedRAG's rule: the title, a full stop unless it ends with a mark, and the text; the text alone without a title.</summary>
    public string TextToEmbed =>
        Title.Length == 0 ? Text
        : Title[^1] is '.' or '?' or '!' ? $"{Title} {Text}"
        : $"{Title}. {Text}";
}
