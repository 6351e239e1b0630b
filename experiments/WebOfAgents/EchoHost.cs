using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using ResearchKit.Agents;
using ResearchKit.Agents.Bridges.A2A;
using ResearchKit.Agents.Bridges.Agora;
using ResearchKit.Agents.Bridges.Mcp;
using ResearchKit.Agents.Hosting;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>An agent that says again what it hears, on a free port of loopback, spoken to in every way this library knows.</summary>
internal static class EchoHost
{
    internal static async Task<WebApplication> StartAsync(
        CancellationToken cancellationToken,
        IAgentHandler? handler = null,
        Action<AgentOptions>? change = null
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAgent(
            o =>
            {
                o.Name = "echo";
                o.Description = "Says it again";
                o.AddSkill("echo", "Echo", "Says it again");
                o.RequestsPerMinute = null;
                change?.Invoke(o);
            },
            (request, token) => handler?.HandleAsync(request, token) ?? EchoAsync(request, token)
        );
        builder.Services.AddAgentMcp();
        WebApplication app = builder.Build();
        app.MapAgent("/agents/echo").WithA2A().WithAgora();
        app.MapAgentMcp();
        app.MapAgentDiscovery();
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static async IAsyncEnumerable<AgentEvent> EchoAsync(
        AgentRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        AgentMessage heard = request.Message;
        yield return AgentEvent.Reply(
            AgentMessage.FromAgent([.. heard.Parts]) with
            {
                ContextId = heard.ContextId,
                References = heard.References,
                Metadata = heard.Metadata,
                Skill = heard.Skill,
            }
        );
    }
}
