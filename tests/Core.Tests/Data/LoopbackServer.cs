using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Core.Tests.Data;

/// <summary>A real HTTP server on loopback that serves files with ranges and ETags, and breaks off where a test says so.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly WebApplication _application;

    public LoopbackServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.Run(AnswerAsync);
        _application.StartAsync().GetAwaiter().GetResult();
        Address = $"{_application.Urls.Single()}/";
    }

    public string Address { get; }

    public Dictionary<string, Resource> Resources { get; } = [];

    /// <summary>The requests so far: path, Range and If-Range.</summary>
    public List<(string Path, string? Range, string? IfRange)> Requests { get; } = [];

    public void Dispose()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
        _application.StopAsync(patience.Token).GetAwaiter().GetResult();
        _application.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!.TrimStart('/');
        string? range = context.Request.Headers.Range;
        string? ifRange = context.Request.Headers.IfRange;
        Resource? resource;
        lock (Requests)
        {
            Requests.Add((path, range, ifRange));
            Resources.TryGetValue(path, out resource);
        }

        HttpResponse response = context.Response;
        int? status =
            resource is null ? 404
            : resource.Statuses.TryDequeue(out int next) ? next
            : null;
        if (status is { } refused)
        {
            response.StatusCode = refused;
            return;
        }

        byte[] content = resource!.Content;
        long from =
            range is null || ifRange != resource.ETag || resource.ETag is null
                ? 0
                : long.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        if (resource.ETag is { } tag)
            response.Headers.ETag = tag;
        if (from >= content.Length && from > 0)
        {
            response.StatusCode = 416;
            response.Headers.ContentRange = $"bytes */{content.Length}";
            return;
        }

        if (from > 0)
        {
            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        response.ContentLength = content.Length - from;
        long stop = resource.Drops.TryDequeue(out int drop) ? drop : content.Length;
        for (long at = from; at < stop && !context.RequestAborted.IsCancellationRequested; at += 4096)
        {
            await response.Body.WriteAsync(content.AsMemory((int)at, (int)Math.Min(4096, stop - at)));
            if (resource.OnChunk is { } onChunk)
                await onChunk(at);
        }

        if (stop < content.Length)
            context.Abort();
    }

    internal sealed class Resource(byte[] content, string? etag = "\"1\"")
    {
        public byte[] Content { get; } = content;

        public string? ETag { get; } = etag;

        /// <summary>The offsets in the content at which the next answers break off.</summary>
        public Queue<int> Drops { get; } = new();

        /// <summary>Statuses that the next answers have instead of the content.</summary>
        public Queue<int> Statuses { get; } = new();

        public Func<long, Task>? OnChunk { get; init; }
    }
}
