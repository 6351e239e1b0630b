namespace ResearchKit.Data;

/// <summary>The questions of <see cref="QuestionStream"/>.</summary>
public sealed record QuestionStreamOptions
{
    /// <summary>The number of questions, each about another passage (default 200).</summary>
    public int Questions
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 10_000_000);
    } = 200;

    /// <summary>Words of the topic in a question, beside the two names (default 6).</summary>
    public int TopicWords
    {
        get;
        init => field = GeneratorRange.Count(value, 0, 1_000);
    } = 6;

    /// <summary>What stands before a question in each of its variants; by default the four of the evaluation of Proximity, the last one empty.</summary>
    public IReadOnlyList<string> Prefixes
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.Count > 0 ? [.. value] : throw new ArgumentException("At least one prefix, perhaps empty.", nameof(Prefixes));
        }
    } =
    [
        "Please answer the following question : ",
        "I'm stuck on this question, could you please give me a hand? The question is : ",
        "Answer this now please : ",
        "",
    ];
}
