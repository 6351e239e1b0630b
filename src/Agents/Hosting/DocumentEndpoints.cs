using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ResearchKit.Agents.Hosting;

/// <summary>What an agent says about itself, in the form the caller asks for.</summary>
internal sealed class DocumentEndpoints(MappedAgent agent)
{
    private const int MostAddresses = 16;
    private readonly ConcurrentDictionary<string, AgentDescription> _byAddress = new(StringComparer.Ordinal);

    /// <summary>The documents as seen from the address that was asked.</summary>
    internal AgentDescription Describe(AgentCall call) => Describe(call.Url, call.Root, call.Services.Options);

    internal AgentDescription Describe(string url, string root, AgentHostOptions host)
    {
        if (_byAddress.TryGetValue(url, out AgentDescription? known))
        {
            return known;
        }
        AgentDescription made = new(agent.Runtime.Options, url, root, host, agent.Bridges);
        return _byAddress.Count < MostAddresses ? _byAddress.GetOrAdd(url, made) : made;
    }

    internal Task GetAsync(AgentCall call)
    {
        AgentDescription description = Describe(call);
        call.Response.Headers.Vary = "Accept";
        call.Response.Headers.Link = $"<{call.Url}>; rel=\"agent\"; type=\"{AgentDocument.MediaType}\"";
        if (Prefers(call, "text/markdown"))
        {
            return MarkdownAsync(call, description.Interaction.Text, description.Interaction.Digest);
        }
        if (Prefers(call, "text/html"))
        {
            call.Response.Headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'";
            return SendAsync(call, description.Page, ContentDigest.Of(description.Page), "text/html; charset=utf-8");
        }
        if (!call.Accepts("json") && !call.Accepts("*/*") && call.Request.Headers.Accept.Count > 0)
        {
            throw new AgentRefusal(
                406,
                "not-acceptable",
                "None of the media types asked for is given.",
                $"{AgentDocument.MediaType}, text/html and text/markdown are."
            );
        }
        return SendAsync(
            call,
            description.Json,
            description.Digest,
            call.Accepts(AgentDocument.MediaType) ? AgentDocument.MediaType : "application/json"
        );
    }

    internal Task InteractionAsync(AgentCall call)
    {
        InteractionDocument interaction = Describe(call).Interaction;
        return MarkdownAsync(call, interaction.Text, interaction.Digest);
    }

    internal Task ProtocolsAsync(AgentCall call)
    {
        ProtocolListing listing = new([
            .. agent.Runtime.Options.Protocols.Select(p => new ProtocolListed(
                p.Sha256.Hex,
                p.AgoraId,
                p.Head.Name,
                p.Head.Description,
                p.IsCompilable
            )),
        ]);
        return call.SendAsync(200, JsonSerializer.SerializeToUtf8Bytes(listing, AgentJson.Default.ProtocolListing));
    }

    internal Task ProtocolAsync(AgentCall call)
    {
        string digest = (string)call.Request.RouteValues["digest"]!;
        ProtocolDocument protocol =
            agent.Runtime.Options.Protocols.FirstOrDefault(p => p.Sha256.Hex == digest) ?? throw AgentRefusal.NotFound("protocol");
        return MarkdownAsync(call, protocol.Text, protocol.Sha256);
    }

    private static Task MarkdownAsync(AgentCall call, string text, ContentDigest digest) =>
        SendAsync(call, Encoding.UTF8.GetBytes(text), digest, "text/markdown; charset=utf-8");

    internal static Task SendAsync(AgentCall call, ReadOnlyMemory<byte> body, ContentDigest digest, string contentType)
    {
        string tag = $"\"{digest.Hex[..32]}\"";
        call.Response.Headers.ETag = tag;
        call.Response.Headers.CacheControl = string.Create(
            CultureInfo.InvariantCulture,
            $"max-age={(int)call.Services.Options.DocumentMaxAge.TotalSeconds}"
        );
        call.Response.Headers.LastModified = call.Services.Started.ToString("R", CultureInfo.InvariantCulture);
        call.Response.Headers["Content-Digest"] = digest.Header;
        if (call.Request.Headers.IfNoneMatch.Any(v => v is not null && v.Contains(tag, StringComparison.Ordinal)))
        {
            call.Response.StatusCode = 304;
            return Task.CompletedTask;
        }
        return call.SendAsync(200, body, contentType);
    }

    private static bool Prefers(AgentCall call, string mediaType)
    {
        string accept = call.Request.Headers.Accept.ToString();
        int wanted = accept.IndexOf(mediaType, StringComparison.OrdinalIgnoreCase);
        int json = accept.IndexOf("json", StringComparison.OrdinalIgnoreCase);
        return wanted >= 0 && (json < 0 || wanted < json);
    }
}
