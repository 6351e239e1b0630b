using System.Net;
using System.Text;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Hosting;

/// <summary>The documents of an agent at one address: made once, sent often.</summary>
internal sealed class AgentDescription
{
    internal AgentDescription(AgentOptions options, string url, string root, AgentHostOptions host, IEnumerable<AgentChannel> bridges)
    {
        Interaction = options.Interaction is { } text
            ? new InteractionDocument(text)
            : InteractionDocument.Describe(options.Name, options.Description, options.Skills);
        AgentDocument document = new()
        {
            Name = options.Name,
            Description = options.Description,
            Url = url,
            Version = options.Version,
            Provider = options.Provider,
            Interaction = new AgentDocumentReference($"{url}/interaction", Interaction.Digest.Hex),
            Skills =
            [
                .. options.Skills.Select(s =>
                    s with
                    {
                        Protocols = s.Protocols ?? (options.Protocols.Count > 0 ? [.. options.Protocols.Select(p => p.Sha256.Hex)] : null),
                    }
                ),
            ],
            Modes = options.Modes,
            Channels =
            [
                new AgentChannel(AgentChannelKinds.Native, url, "1"),
                .. bridges.Select(b => b with { Url = b.Url.StartsWith('/') ? root + b.Url : url + "/" + b.Url }),
            ],
            Streaming = true,
            State = options.State switch
            {
                StateMode.None => null,
                StateMode.Sealed => new AgentStateTerms("token", (int)options.SessionTtl.TotalSeconds, options.Retention),
                StateMode.Persistent => new AgentStateTerms(
                    "none",
                    null,
                    options.Retention ?? "a record of each authenticated caller, until it deletes it"
                ),
                _ => new AgentStateTerms("cookie", (int)options.SessionTtl.TotalSeconds, options.Retention),
            },
            Auth = options.Auth.Count > 0 ? [.. options.Auth] : null,
            Limits = new AgentLimits(options.MaxBodyBytes, options.RequestsPerMinute),
            References = options.References.Count > 0 ? [.. options.References] : null,
            Keys = host.SigningKey is null ? null : $"{root}/.well-known/agent-keys.json",
        };
        AgentDocumentReader.Check(document);
        Document = host.SigningKey is { } key ? DocumentSigner.Sign(document, key) : document;
        Json = Document.ToUtf8();
        Digest = ContentDigest.Of(Json);
        Page = Encoding.UTF8.GetBytes(Html(Document, Interaction));
    }

    internal AgentDocument Document { get; }

    internal InteractionDocument Interaction { get; }

    internal byte[] Json { get; }

    internal ContentDigest Digest { get; }

    internal byte[] Page { get; }

    private static string Html(AgentDocument agent, InteractionDocument interaction)
    {
        static string E(string? text) => WebUtility.HtmlEncode(text ?? "");
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"").Append(E(agent.Language ?? "en")).Append("\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
            .Append(E(agent.Name))
            .Append("</title>\n");
        page.Append("<link rel=\"agent\" type=\"")
            .Append(AgentDocument.MediaType)
            .Append("\" href=\"")
            .Append(E(agent.Url))
            .Append("\">\n");
        page.Append(
            "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
        );
        page.Append(
            "code,pre{font-size:.9em}pre{white-space:pre-wrap;border:1px solid #8886;border-radius:6px;padding:1rem}</style>\n</head>\n<body>\n"
        );
        page.Append("<h1>").Append(E(agent.Name)).Append("</h1>\n<p>").Append(E(agent.Description)).Append("</p>\n<h2>Skills</h2>\n<dl>\n");
        foreach (AgentSkill skill in agent.Skills)
        {
            page.Append("<dt>")
                .Append(E(skill.Name))
                .Append(" <code>")
                .Append(E(skill.Id))
                .Append("</code></dt><dd>")
                .Append(E(skill.Description))
                .Append("</dd>\n");
        }
        page.Append("</dl>\n<h2>Ways to speak to it</h2>\n<ul>\n");
        foreach (AgentChannel channel in agent.Channels)
        {
            page.Append("<li>").Append(E(channel.Kind)).Append(": <code>").Append(E(channel.Url)).Append("</code></li>\n");
        }
        page.Append("</ul>\n<h2>How to ask</h2>\n<pre>").Append(E(interaction.Text)).Append("</pre>\n</body>\n</html>\n");
        return page.ToString();
    }
}
