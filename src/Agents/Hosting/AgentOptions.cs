namespace ResearchKit.Agents.Hosting;

/// <summary>An agent as it presents itself.</summary>
public sealed class AgentOptions
{
    /// <summary>The name, 1 to 128 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it does.</summary>
    public string Description { get; set; } = "";

    /// <summary>Its version. Default 1.0.0.</summary>
    public string Version { get; set; } = "1.0.0";

    /// <summary>Who offers it.</summary>
    public AgentProvider? Provider { get; set; }

    /// <summary>Its skills; without any, one that takes any text.</summary>
    public IList<AgentSkill> Skills { get; } = [];

    /// <summary>The interaction document (markdown); without one, it is made from description and skills.</summary>
    public string? Interaction { get; set; }

    /// <summary>Protocol documents it accepts.</summary>
    public IList<ProtocolDocument> Protocols { get; } = [];

    /// <summary>Media types.</summary>
    public AgentModes Modes { get; set; } = AgentModes.TextAndJson;

    /// <summary>What it keeps about a caller. Default nothing.</summary>
    public StateMode State { get; set; } = StateMode.None;

    /// <summary>How long a session lives without use. Default 30 minutes.</summary>
    public TimeSpan SessionTtl { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lives at most. Default 24 hours.</summary>
    public TimeSpan SessionLife { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What is kept for longer, in words.</summary>
    public string? Retention { get; set; }

    /// <summary>Bytes of a request. Default 1 MiB.</summary>
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>Requests a minute of one caller, a tenth of them at once; null: no bound. Default 6,000.</summary>
    public double? RequestsPerMinute { get; set; } = 6_000;

    /// <summary>Requests that are handled at the same time. Default 256.</summary>
    public int MostConcurrent { get; set; } = 256;

    /// <summary>Requests that may wait for that. Default 1,024.</summary>
    public int MostWaiting { get; set; } = 1_024;

    /// <summary>Ids of skills that may run twice for one idempotency key after a crash.</summary>
    public ISet<string> IdempotentSkills { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Other agents it works with.</summary>
    public IList<string> References { get; } = [];

    /// <summary>What the document says about how callers prove who they are.</summary>
    public IList<AgentAuth> Auth { get; } = [];

    /// <summary>Whether requests must be signed by a trusted key (RFC 9421), or come from an authenticated user.</summary>
    public bool RequireCaller { get; set; }

    /// <summary>Adds a skill.</summary>
    /// <param name="id">The id.</param>
    /// <param name="name">The name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="tags">Words to find it by.</param>
    public AgentOptions AddSkill(string id, string name, string description, params string[] tags)
    {
        Skills.Add(
            new AgentSkill
            {
                Id = id,
                Name = name,
                Description = description,
                Tags = tags,
            }
        );
        return this;
    }

    internal void Check()
    {
        Require(Name.Length is > 0 and <= 128, $"Name has {Name.Length} characters; allowed are 1 to 128.");
        Require(Description.Length <= 4096, $"Description has {Description.Length} characters; allowed are 4096.");
        Require(SessionTtl > TimeSpan.Zero && SessionLife >= SessionTtl, "SessionTtl is above 0 and at most SessionLife.");
        Require(MaxBodyBytes > 0, $"MaxBodyBytes is {MaxBodyBytes}; it is at least 1.");
        Require(RequestsPerMinute is null or > 0, $"RequestsPerMinute is {RequestsPerMinute}; it is above 0, or null for no bound.");
        Require(MostConcurrent > 0 && MostWaiting >= 0, "MostConcurrent is at least 1 and MostWaiting at least 0.");
        Require(
            Skills.Select(s => s.Id).Distinct(StringComparer.Ordinal).Count() == Skills.Count,
            $"The ids of skills of {Name} are not distinct: {string.Join(", ", Skills.Select(s => s.Id))}."
        );
        if (Skills.Count == 0)
        {
            AddSkill("ask", "Ask", Description.Length > 0 ? Description : "Takes a text and answers.");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
