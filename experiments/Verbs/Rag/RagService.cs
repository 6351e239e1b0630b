using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ResearchKit.Rag;

namespace ResearchKit.Papers.Verbs;

/// <summary>
/// <c>rag serve</c>: an index with a cache before it, over HTTP. POST /search answers {"query": text or "vector": numbers, "k": n}; GET /health and GET /statistics tell how it is. Problems are
/// documents of RFC 9457. On cancellation requests under way are finished.
/// </summary>
internal static class RagService
{
    private const int MostDocuments = 1000;

    /// <summary>Serves until cancelled.</summary>
    /// <param name="folder">The index.</param>
    /// <param name="cache">The cache; null: none.</param>
    /// <param name="url">Where to listen; the port 0 takes a free one.</param>
    /// <param name="loggers">Where the log goes.</param>
    /// <param name="started">Is told the address.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task RunAsync(
        RagIndexFolder folder,
        IApproximateCache<CachedAnswer>? cache,
        string url,
        ILoggerFactory loggers,
        Action<string> started,
        CancellationToken cancellationToken
    )
    {
        IndexRetriever store = new(folder.Index);
        using CachedRetriever? cached = cache is null ? null : new CachedRetriever(store, cache);
        IRetriever retriever = cached is null ? store : cached;
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
        app.MapGet("/statistics", () => cached is null ? Results.Json(new { cache = false }) : Results.Json(cached.Statistics));
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
                float[] vector = request.Vector ?? folder.Embedder.Embed(request.Query!);
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

    private static IResult ProblemOf(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Error switch
        {
            ArgumentException e => Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest),
            BadHttpRequestException e => Results.Problem(e.Message, statusCode: e.StatusCode),
            _ => Results.Problem("The search failed; see the log of the service.", statusCode: StatusCodes.Status500InternalServerError),
        };

    private sealed record SearchRequest(string? Query, float[]? Vector, int? K);

    private sealed record SearchResponse(IReadOnlyList<RagDocument> Documents, CacheOrigin? Cache);
}
