using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ResearchKit.Agents.Hosting;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Tests.Hosting;

/// <summary>A real host on a free loopback port, for one test.</summary>
internal sealed class AgentApp : IAsyncDisposable
{
    /// <summary>What no wait of a test may exceed.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;

    private AgentApp(WebApplication app) => _app = app;

    internal Uri Root { get; private set; } = null!;

    internal Uri Agent => new(Root, "/agents/test");

    internal IServiceProvider Services => _app.Services;

    internal static async Task<AgentApp> StartAsync(
        Func<AgentRequest, CancellationToken, IAsyncEnumerable<AgentEvent>> handle,
        Action<AgentOptions>? agent = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication, AgentMapping>? map = null
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAgent(
            o =>
            {
                o.Name = "test";
                o.Description = "For tests";
                o.AddSkill("echo", "Echo", "Says it again", "text");
                o.RequestsPerMinute = null;
                agent?.Invoke(o);
            },
            handle
        );
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        AgentMapping mapping = app.MapAgent("/agents/test");
        map?.Invoke(app, mapping);
        app.MapAgentDiscovery();
        await app.StartAsync().WaitAsync(Patience);
        return new AgentApp(app) { Root = new Uri(app.Urls.First()) };
    }

    internal static AgentClient Client(Func<AgentClientOptions, AgentClientOptions>? change = null)
    {
        AgentClientOptions options = new() { Outbound = OutboundPolicy.Loopback, RetryDelay = TimeSpan.FromMilliseconds(5) };
        return new AgentClient(change?.Invoke(options) ?? options);
    }

    internal HttpClient Http() => new(OutboundPolicy.Loopback.CreateHandler()) { BaseAddress = Root, Timeout = Patience };

    internal static CancellationToken Limit() => new CancellationTokenSource(Patience).Token;

    internal static async IAsyncEnumerable<AgentEvent> Echo(
        AgentRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        yield return AgentEvent.Reply(AgentMessage.FromAgent([.. request.Message.Parts]));
    }

    /// <summary>Sends so many chunks, then completes.</summary>
    internal static Func<AgentRequest, CancellationToken, IAsyncEnumerable<AgentEvent>> Chunks(int count, TimeSpan pause = default) =>
        (_, cancellationToken) => ChunksAsync(count, pause, cancellationToken);

    private static async IAsyncEnumerable<AgentEvent> ChunksAsync(
        int count,
        TimeSpan pause,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return AgentEvent.State(TaskState.Working);
        for (int i = 0; i < count; i++)
        {
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, cancellationToken);
            }
            yield return AgentEvent.Chunk("out", $"{i};", append: i > 0, lastChunk: i == count - 1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).WaitAsync(Patience);
        await _app.DisposeAsync();
    }
}
