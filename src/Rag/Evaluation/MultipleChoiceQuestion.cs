namespace ResearchKit.Rag;

/// <summary>A question with options.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Question">Its text.</param>
/// <param name="Options">The options, in order: A, B, C, D.</param>
/// <param name="Answer">The right option, from 0.</param>
public sealed record MultipleChoiceQuestion(string Id, string Question, IReadOnlyList<string> Options, int Answer)
{
    /// <summary>The question as the experiments of Proximity put it: <c>QUESTION The possible answers are : A) a; B) b; C) c; D) d.</c></summary>
    public string WithAnswers =>
        $"{Question} The possible answers are : {string.Join("; ", Options.Select((o, i) => $"{(char)('A' + i)}) {o}"))}.";

    /// <summary>The question as the MMLU experiments of RAGRoute put it: a line feed, then the options joined by <c> | </c>.</summary>
    public string WithOptionLine => $"{Question}\n{string.Join(" | ", Options)}";
}
