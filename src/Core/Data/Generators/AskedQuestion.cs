namespace ResearchKit.Data;

/// <summary>One element of a question stream.</summary>
/// <param name="Question">The number of the question, from 0.</param>
/// <param name="Variant">The number of the variant, from 0.</param>
/// <param name="Text">The text as asked.</param>
public readonly record struct AskedQuestion(int Question, int Variant, string Text);
