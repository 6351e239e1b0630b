namespace ResearchKit.Data;

/// <summary>The world of <see cref="TopicPassages"/>.</summary>
public sealed record TopicPassagesOptions
{
    /// <summary>The number of topics (default 20).</summary>
    public int Topics
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 10_000);
    } = 20;

    /// <summary>The number of passages, dealt to the topics in turn (default 2,000).</summary>
    public int Passages
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 10_000_000);
    } = 2_000;

    /// <summary>Words that all topics share (default 2,000).</summary>
    public int CommonWords
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1_000_000);
    } = 2_000;

    /// <summary>Words of each topic alone (default 100).</summary>
    public int TopicWords
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 10_000);
    } = 100;

    /// <summary>The mean number of words of a passage; lengths are uniform from half of it to one and a half (default 80, at least 8).</summary>
    public int PassageWords
    {
        get;
        init => field = GeneratorRange.Count(value, 8, 100_000);
    } = 80;

    /// <summary>The share of words that are of the topic (default 0.35).</summary>
    public double TopicShare
    {
        get;
        init => field = GeneratorRange.Share(value);
    } = 0.35;

    /// <summary>The exponent of Zipf's law for both kinds of words (default 1).</summary>
    public double WordExponent
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 1;
}
