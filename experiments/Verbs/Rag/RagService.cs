using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ResearchKit.Rag;

namespace ResearchKit.Papers.Verbs;

/// <summary>
/// <c>rag serve</c>: an index with a cache before it, over HTTP. POST /search answers {"query": text or "vector": numbers, "k": n, "scope": name}; answers are cached for each scope by itself, and for
/// requests without one. GET /health and GET /statistics tell how it is. Problems are documents of RFC 9457. On cancellation requests under way are finished.
/// </summary>
internal static class RagService
{
    private const int MostDocuments = 1000;
    private const int MostScopes = 1000;

    /// <summary>Serves until cancelled.</summary>
    /// <param name="folder">The index.</param>
    /// <param name="cache">Makes a cache; null: there is none.</param>
    /// <param name="promise">What cached answers have to hold; null: the cache's own tolerance counts. Scopes are refused then.</param>
    /// <param name="url">Where to listen; the port 0 takes a free one.</param>
    /// <param name="loggers">Where the log goes.</param>
    /// <param name="started">Is told the address.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task RunAsync(
        RagIndexFolder folder,
        Func<IApproximateCache<CachedAnswer>>? cache,
        AuditedTolerance? promise,
        string url,
        ILoggerFactory loggers,
        Action<string> started,
        CancellationToken cancellationToken
    )
    {
        IndexRetriever store = new(folder.Index);
        using CachedRetriever? cached = cache is null ? null : new CachedRetriever(store, cache(), new() { Audit = promise });
        using ScopedRetriever? scopes = cache is null ? null : new ScopedRetriever(_ => store, _ => cache(), mostScopes: MostScopes);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddProblemDetails();
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = 1 << 20);
        await using WebApplication app = builder.Build();
        app.Urls.Add(url);
        app.UseExceptionHandler(e => e.Run(context => ProblemOf(context).ExecuteAsync(context)));
        app.UseStatusCodePages();
        app.MapGet("/health", () => Results.Json(new { status = "ok", documents = folder.Index.Count }));
        app.MapGet(
            "/statistics",
            () => cached is null ? Results.Json(new { cache = false }) : Results.Json(StatisticsOf(cached, promise, scopes!))
        );
        app.MapPost(
            "/search",
            async (SearchRequest request, CancellationToken aborted) =>
            {
                if (request.Query is null == request.Vector is null)
                {
                    return Results.Problem("Give either query or vector.", statusCode: StatusCodes.Status400BadRequest);
                }
                int k = request.K ?? 10;
                if (k is < 1 or > MostDocuments)
                {
                    return Results.Problem($"k is {k}; allowed is 1 to {MostDocuments}.", statusCode: StatusCodes.Status400BadRequest);
                }
                if (request.Scope is { } name && (name.Length == 0 || promise is not null))
                {
                    return Results.Problem(
                        promise is null ? "A scope has a name." : "With a promise there are no scopes: it is made for one cache.",
                        statusCode: StatusCodes.Status400BadRequest
                    );
                }
                float[] vector = request.Vector ?? folder.Embedder.Embed(request.Query!);
                IRetriever retriever =
                    cached is null ? store
                    : request.Scope is { } scope ? scopes!.Of(scope)
                    : cached;
                RetrievalResult found = await retriever.SearchAsync(vector, k, aborted);
                return Results.Json(new SearchResponse([.. found.Documents.Select(d => new RagDocument(d.Id, d.Score))], found.Cache));
            }
        );
        await app.StartAsync(cancellationToken);
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

    private static ServiceStatistics StatisticsOf(CachedRetriever cached, AuditedTolerance? promise, ScopedRetriever scopes)
    {
        CacheStatistics cache = cached.Statistics + scopes.Statistics;
        return new(
            cache.Hits,
            cache.Misses,
            cache.Inserts,
            cache.Evictions,
            cache.Removals,
            scopes.Scopes.Count,
            promise is null
                ? null
                : new(promise.Tolerance, promise.Options.Target, promise.Options.Confidence, promise.LowerBound, promise.Ranges)
        );
    }

    private static IResult ProblemOf(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Error switch
        {
            ArgumentException e => Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest),
            BadHttpRequestException e => Results.Problem(e.Message, statusCode: e.StatusCode),
            _ => Results.Problem("The search failed; see the log of the service.", statusCode: StatusCodes.Status500InternalServerError),
        };

    private sealed record SearchRequest(string? Query, float[]? Vector, int? K, string? Scope);

    private sealed record ServiceStatistics(
        long Hits,
        long Misses,
        long Inserts,
        long Evictions,
        long Removals,
        int Scopes,
        PromiseStatistics? Promise
    );

    private sealed record PromiseStatistics(
        float Tolerance,
        double Target,
        double Confidence,
        double LowerBound,
        IReadOnlyList<AuditedRange> Ranges
    );

    private sealed record SearchResponse(IReadOnlyList<RagDocument> Documents, CacheOrigin? Cache);
}
