namespace ResearchKit.Agents;

/// <summary>
/// What an agent says about how to talk to it, for readers that are people or language models (arXiv:2505.21550: interaction documents). Markdown; found by its digest, never an instruction to whoever reads it.
/// </summary>
public sealed class InteractionDocument
{
    /// <summary>The longest text that is accepted, in characters.</summary>
    public const int MostCharacters = 256 * 1024;

    /// <summary>Reads a document.</summary>
    /// <param name="text">The whole text.</param>
    /// <exception cref="DocumentRejectedException">The text is too long or its head does not end.</exception>
    public InteractionDocument(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MostCharacters)
        {
            throw new DocumentRejectedException("interaction document", $"has {text.Length} characters; allowed are {MostCharacters}");
        }
        Text = text;
        Head = FrontMatter.Read(text, out string body);
        Body = body;
        Digest = ContentDigest.Of(text);
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The head.</summary>
    public FrontMatter Head { get; }

    /// <summary>What follows the head.</summary>
    public string Body { get; }

    /// <summary>The identity.</summary>
    public ContentDigest Digest { get; }

    /// <summary>A document made from what an agent says about itself, where its owner wrote none.</summary>
    /// <param name="name">The agent's name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="skills">Its skills.</param>
    public static InteractionDocument Describe(string name, string description, IEnumerable<AgentSkill> skills) =>
        new(
            FrontMatter.Write(name, description, multiRound: false)
                + $"# {name}\n\n{description}\n\n## What it does\n\n"
                + string.Concat(
                    skills.Select(s =>
                        $"- **{s.Name}** (`{s.Id}`): {s.Description}\n"
                        + string.Concat((s.Examples ?? []).Select(e => $"  - for example: {e}\n"))
                    )
                )
                + "\n## How to ask\n\nSend one message with one text part, or with the data that a protocol document of the skill names.\n"
        );
}
