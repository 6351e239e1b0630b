using System.IO.Compression;
using System.Text.RegularExpressions;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Discovery;

/// <summary>Reads over HTTP within bounds: outbound policy at every step, 10 seconds, 256 KiB after decompression and at most twenty times what was sent, three redirects.</summary>
public sealed partial class HttpFetcher : IFetcher, IDisposable
{
    /// <summary>The largest body, decompressed.</summary>
    public const int MostBytes = 256 * 1024;

    private const int MostRatio = 20;
    private const int MostRedirects = 3;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);
    private readonly OutboundPolicy _policy;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    /// <summary>Makes a fetcher.</summary>
    /// <param name="policy">Where it may connect to.</param>
    /// <param name="clock">The clock.</param>
    public HttpFetcher(OutboundPolicy? policy = null, TimeProvider? clock = null)
    {
        _policy = policy ?? OutboundPolicy.Default;
        _clock = clock ?? TimeProvider.System;
        _http = new HttpClient(_policy.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", $"{RobotsPolicy.Product}/1.0");
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", "gzip");
    }

    /// <inheritdoc/>
    public async Task<FetchResult> FetchAsync(Uri url, string? etag, CancellationToken cancellationToken = default)
    {
        long start = _clock.GetTimestamp();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MostTime);
        try
        {
            Uri at = url;
            for (int hops = 0; ; hops++)
            {
                if (_policy.Refusal(at) is { } reason)
                {
                    return Nothing(reason, start);
                }
                using HttpRequestMessage request = new(HttpMethod.Get, at);
                request.Headers.TryAddWithoutValidation(
                    "Accept",
                    $"{AgentDocument.MediaType}, application/json, text/html;q=0.5, */*;q=0.1"
                );
                if (etag is not null)
                {
                    request.Headers.TryAddWithoutValidation("If-None-Match", etag);
                }
                using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
                {
                    if (hops == MostRedirects)
                    {
                        return Nothing("more than three redirects", start);
                    }
                    at = new Uri(at, location);
                    continue;
                }
                return await ReadAsync(response, start, limit.Token);
            }
        }
        catch (HttpRequestException e)
        {
            return Nothing((e.InnerException ?? e).Message, start);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return Nothing(e.Message, start);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Nothing("took longer than 10 seconds", start);
        }
    }

    private async Task<FetchResult> ReadAsync(HttpResponseMessage response, long start, CancellationToken cancellationToken)
    {
        bool zipped = response.Content.Headers.ContentEncoding.Contains("gzip");
        await using Stream raw = await response.Content.ReadAsStreamAsync(cancellationToken);
        CountingStream counted = new(raw);
        await using Stream content = zipped ? new GZipStream(counted, CompressionMode.Decompress) : counted;
        using MemoryStream all = new();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (all.Length + read > MostBytes)
            {
                return Nothing($"larger than {MostBytes} bytes", start);
            }
            all.Write(buffer, 0, read);
            if (zipped && all.Length > 4096 && all.Length > MostRatio * counted.Count)
            {
                return Nothing($"decompresses to more than {MostRatio} times what was sent", start);
            }
        }
        return new FetchResult((int)response.StatusCode, all.ToArray())
        {
            MediaType = response.Content.Headers.ContentType?.MediaType,
            ETag = response.Headers.ETag?.ToString(),
            MaxAge = response.Headers.CacheControl?.MaxAge,
            RetryAfter =
                response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date is { } date ? date - _clock.GetUtcNow() : null),
            AgentLinks =
            [
                .. (response.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links : [])
                    .SelectMany(l => AgentLink().Matches(l))
                    .Select(m => m.Groups["url"].Value),
            ],
            Elapsed = _clock.GetElapsedTime(start),
        };
    }

    private FetchResult Nothing(string problem, long start) => new(0, []) { Problem = problem, Elapsed = _clock.GetElapsedTime(start) };

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    [GeneratedRegex(
        "<(?<url>[^>]{1,2000})>[^,]*rel=\"?agent\"?",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex AgentLink();

    private sealed class CountingStream(Stream inner) : Stream
    {
        internal long Count { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Count;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = inner.Read(buffer, offset, count);
            Count += read;
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
