using System.Net;
using System.Net.Sockets;

namespace ResearchKit.Core.Tests.Data;

/// <summary>A real HTTP server on loopback that serves files with ranges and ETags, and breaks off where a test says so.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _loop;

    public LoopbackServer()
    {
        (_listener, Address) = Start();
        _loop = Task.Run(ServeAsync);
    }

    public string Address { get; }

    public Dictionary<string, Resource> Resources { get; } = [];

    /// <summary>The requests so far: path, Range and If-Range.</summary>
    public List<(string Path, string? Range, string? IfRange)> Requests { get; } = [];

    public void Dispose()
    {
        _listener.Stop();
        _listener.Close();
        _loop.Wait(TimeSpan.FromSeconds(10));
    }

    private static (HttpListener, string) Start()
    {
        for (int attempt = 0; ; attempt++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var listener = new HttpListener();
            string address = $"http://127.0.0.1:{port}/";
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < 5)
            {
                listener.Close(); // another process took the port in between
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await AnswerAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
            {
                // the client has gone: what a cancelled download does
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath.TrimStart('/');
        string? range = context.Request.Headers["Range"];
        string? ifRange = context.Request.Headers["If-Range"];
        Resource? resource;
        lock (Requests)
        {
            Requests.Add((path, range, ifRange));
            Resources.TryGetValue(path, out resource);
        }

        HttpListenerResponse response = context.Response;
        int? status =
            resource is null ? 404
            : resource.Statuses.TryDequeue(out int next) ? next
            : null;
        if (status is { } refused)
        {
            response.StatusCode = refused;
            response.Close();
            return;
        }

        byte[] content = resource!.Content;
        long from =
            range is null || ifRange != resource.ETag || resource.ETag is null
                ? 0
                : long.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        if (resource.ETag is { } tag)
            response.Headers["ETag"] = tag;
        if (from >= content.Length && from > 0)
        {
            response.StatusCode = 416;
            response.Headers["Content-Range"] = $"bytes */{content.Length}";
            response.Close();
            return;
        }

        if (from > 0)
        {
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        response.ContentLength64 = content.Length - from;
        long stop = resource.Drops.TryDequeue(out int drop) ? drop : content.Length;
        for (long at = from; at < stop; at += 4096)
        {
            await response.OutputStream.WriteAsync(content.AsMemory((int)at, (int)Math.Min(4096, stop - at)));
            await response.OutputStream.FlushAsync();
            if (resource.OnChunk is { } onChunk)
                await onChunk(at);
        }

        if (stop < content.Length)
            response.Abort();
        else
            response.Close();
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
