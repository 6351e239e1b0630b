using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ResearchKit.Agents.Hosting;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Bridges.Mcp;

/// <summary>Lets the agents of a host be used as tools by the Model Context Protocol.</summary>
public static class McpBridgeExtensions
{
    /// <summary>Adds the MCP server of the C# SDK, without sessions; each skill of each mapped agent is a tool.</summary>
    /// <param name="services">The application's services.</param>
    public static IServiceCollection AddAgentMcp(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddHttpContextAccessor();
        services
            .AddMcpServer(o =>
                o.ServerInfo = new ModelContextProtocol.Protocol.Implementation { Name = "ResearchKit.Agents", Version = "1.0.0" }
            )
            .WithHttpTransport(o => o.Stateless = true)
            .WithListToolsHandler((request, _) => ValueTask.FromResult(McpTools.List(Agents(request.Services))))
            .WithCallToolHandler(
                async (request, cancellationToken) => await McpTools.CallAsync(Agents(request.Services), request.Params!, cancellationToken)
            );
        return services;
    }

    /// <summary>Maps the MCP server for the agents that are mapped, behind the same host filter.</summary>
    /// <param name="app">The application.</param>
    /// <param name="path">The address.</param>
    public static IEndpointConventionBuilder MapAgentMcp(this WebApplication app, string path = "/mcp")
    {
        ArgumentNullException.ThrowIfNull(app);
        AgentServices services = app.Services.GetRequiredService<AgentServices>();
        foreach (MappedAgent agent in app.Services.GetRequiredService<MappedAgents>().All)
        {
            agent.Bridges.Add(new AgentChannel(AgentChannelKinds.Mcp, path, "2026-07-28"));
        }
        IEndpointConventionBuilder mapped = app.MapMcp(path);
        mapped.Finally(endpoint =>
        {
            RequestDelegate inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async context =>
            {
                int status = services.Hosts.Judge(
                    context.Request.Host.Host,
                    context.Request.Headers.Origin,
                    context.Connection.LocalIpAddress
                ) switch
                {
                    HostVerdict.ForeignHost => 421,
                    HostVerdict.ForeignOrigin => 403,
                    _ => 0,
                };
                if (status > 0)
                {
                    context.Response.StatusCode = status;
                    return;
                }
                await inner(context);
            };
        });
        return mapped;
    }

    private static IReadOnlyList<MappedAgent> Agents(IServiceProvider? services) => services!.GetRequiredService<MappedAgents>().All;
}
