using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ResearchKit.Agents;
using ResearchKit.Agents.Bridges;
using ResearchKit.Agents.Hosting;

namespace ResearchKit.Papers.Verbs;

/// <summary>How an agent is served from the command line.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Url">Where to listen.</param>
/// <param name="PublicUrl">How the world names it, behind a proxy; or null.</param>
/// <param name="Endpoint">An endpoint that speaks OpenAI's chat completions; null: an echo.</param>
/// <param name="Model">The model behind it.</param>
/// <param name="Key">The key for it.</param>
/// <param name="Instructions">What the model is told.</param>
/// <param name="State">What is kept about callers.</param>
/// <param name="Store">An SQLite file for tasks and sessions; null: memory.</param>
internal sealed record AgentServing(
    string Name,
    string Description,
    string Url,
    Uri? PublicUrl,
    Uri? Endpoint,
    string? Model,
    string? Key,
    string? Instructions,
    StateMode State,
    string? Store
);

/// <summary>Serves one agent.</summary>
internal static class AgentService
{
    internal static async Task RunAsync(
        AgentServing serving,
        ILoggerFactory loggers,
        Action<string> started,
        CancellationToken cancellationToken
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseUrls(serving.Url);
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(30));
        if (serving.Store is { } store)
        {
            builder.Services.AddSqliteAgentStore(store);
        }
        builder.Services.ConfigureAgentHost(o => o.PublicUrl = serving.PublicUrl);
        void Present(AgentOptions o)
        {
            o.Name = serving.Name;
            o.Description = serving.Description;
            o.State = serving.State;
        }
        if (serving.Endpoint is { } endpoint)
        {
            ChatClientAgentOptions how = new() { Instructions = serving.Instructions, Stream = true };
            builder.Services.AddAgent(
                Present,
                _ => new ChatClientAgent(OpenAICompatible.Create(endpoint, serving.Model!, serving.Key), how)
            );
        }
        else
        {
            builder.Services.AddAgent(Present, AgentCommands.EchoAsync);
        }
        await using WebApplication app = builder.Build();
        app.MapAgent("/");
        app.MapAgentDiscovery();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new ResearchKitException(
                AgentErrors.HostMisconfigured,
                $"Cannot listen on {serving.Url}: {e.Message}",
                "Choose another --url, or end what listens there.",
                e
            );
        }
        started(app.Urls.First());
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await app.StopAsync(CancellationToken.None);
        }
    }
}
