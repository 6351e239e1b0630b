using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Agents.Hosting;

/// <summary>Adds agents to an application.</summary>
public static class AgentServiceExtensions
{
    /// <summary>Adds an agent. Map it with <c>app.MapAgent("/agents/name")</c>.</summary>
    /// <typeparam name="THandler">What it does.</typeparam>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">How it presents itself.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static IServiceCollection AddAgent<THandler>(this IServiceCollection services, Action<AgentOptions> configure)
        where THandler : class, IAgentHandler
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<THandler>();
        return services.AddAgent(configure, typeof(THandler));
    }

    /// <summary>Adds an agent that answers by a function.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">How it presents itself.</param>
    /// <param name="handle">What it does.</param>
    public static IServiceCollection AddAgent(
        this IServiceCollection services,
        Action<AgentOptions> configure,
        Func<AgentRequest, CancellationToken, IAsyncEnumerable<AgentEvent>> handle
    ) => services.AddAgent(configure, _ => new FunctionHandler(handle));

    /// <summary>Adds an agent whose handler is made from the application's services.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">How it presents itself.</param>
    /// <param name="create">Makes the handler, once.</param>
    public static IServiceCollection AddAgent(
        this IServiceCollection services,
        Action<AgentOptions> configure,
        Func<IServiceProvider, IAgentHandler> create
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        AgentOptions options = Options(configure);
        services.AddKeyedSingleton(options.Name, (provider, _) => create(provider));
        return services.AddAgent(options, typeof(IAgentHandler));
    }

    /// <summary>Sets what all agents of the host share.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets it.</param>
    public static IServiceCollection ConfigureAgentHost(this IServiceCollection services, Action<AgentHostOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(HostOptions(services));
        return services;
    }

    /// <summary>Keeps sessions, tasks and keys in an SQLite file, so that they survive the process.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">The bounds.</param>
    public static IServiceCollection AddSqliteAgentStore(this IServiceCollection services, string path, AgentStoreOptions? options = null)
    {
        services.RemoveAll<ITaskLog>().RemoveAll<IAgentStateStore>().RemoveAll<IIdempotencyStore>();
        services.AddSingleton(options ?? new AgentStoreOptions());
        services.AddSingleton(p => SqliteAgentStore.Open(path, options, p.GetService<TimeProvider>()));
        services.AddSingleton<ITaskLog>(p => p.GetRequiredService<SqliteAgentStore>());
        services.AddSingleton<IAgentStateStore>(p => p.GetRequiredService<SqliteAgentStore>());
        services.AddSingleton<IIdempotencyStore>(p => p.GetRequiredService<SqliteAgentStore>());
        return services;
    }

    private static IServiceCollection AddAgent(this IServiceCollection services, Action<AgentOptions> configure, Type handler) =>
        services.AddAgent(Options(configure), handler);

    private static AgentOptions Options(Action<AgentOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        AgentOptions options = new();
        configure(options);
        options.Check();
        return options;
    }

    private static IServiceCollection AddAgent(this IServiceCollection services, AgentOptions options, Type handler)
    {
        if (services.Any(s => s.ImplementationInstance is AgentRegistration r && r.Options.Name == options.Name))
        {
            throw new ArgumentException($"Two agents are named {options.Name}.");
        }
        services.AddSingleton(new AgentRegistration(options, handler));
        if (options.State == StateMode.Sealed)
        {
            services.AddDataProtection();
            services.TryAddSingleton(p => new SealedState(p.GetRequiredService<IDataProtectionProvider>(), p.GetService<TimeProvider>()));
        }
        HostOptions(services);
        services.TryAddSingleton<AgentStoreOptions>();
        services.TryAddSingleton(p => new MemoryAgentStore(p.GetRequiredService<AgentStoreOptions>(), p.GetService<TimeProvider>()));
        services.TryAddSingleton<ITaskLog>(p => p.GetRequiredService<MemoryAgentStore>());
        services.TryAddSingleton<IAgentStateStore>(p => p.GetRequiredService<MemoryAgentStore>());
        services.TryAddSingleton<IIdempotencyStore>(p => p.GetRequiredService<MemoryAgentStore>());
        services.TryAddSingleton<MappedAgents>();
        services.TryAddSingleton(p => new AgentServices(
            p.GetRequiredService<AgentHostOptions>(),
            p.GetRequiredService<ITaskLog>(),
            p.GetRequiredService<IAgentStateStore>(),
            p.GetRequiredService<IIdempotencyStore>(),
            p.GetRequiredService<ILoggerFactory>(),
            p.GetRequiredService<IHostApplicationLifetime>(),
            p.GetService<TimeProvider>() ?? TimeProvider.System,
            p.GetRequiredService<AgentStoreOptions>(),
            p.GetService<SealedState>()
        ));
        return services;
    }

    private static AgentHostOptions HostOptions(IServiceCollection services)
    {
        if (services.FirstOrDefault(s => s.ServiceType == typeof(AgentHostOptions))?.ImplementationInstance is AgentHostOptions known)
        {
            return known;
        }
        AgentHostOptions options = new();
        services.AddSingleton(options);
        return options;
    }

    private sealed class FunctionHandler(Func<AgentRequest, CancellationToken, IAsyncEnumerable<AgentEvent>> handle) : IAgentHandler
    {
        public IAsyncEnumerable<AgentEvent> HandleAsync(AgentRequest request, CancellationToken cancellationToken) =>
            handle(request, cancellationToken);
    }
}
