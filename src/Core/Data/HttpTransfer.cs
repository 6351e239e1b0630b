using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace ResearchKit.Data;

/// <summary>Downloads one file, from one address after the other, and goes on where a broken transfer stopped.</summary>
internal sealed class HttpTransfer(
    HttpClient http,
    DatasetCatalogOptions options,
    DatasetFile file,
    PartFile part,
    Action<long, long?> report
)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Downloads into the part file.</summary>
    /// <returns>The address that gave it.</returns>
    internal async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        Exception? last = null;
        foreach (string url in file.Urls)
        {
            try
            {
                await RunAsync(url, cancellationToken).ConfigureAwait(false);
                return url;
            }
            catch (Exception e) when (IsOfTheNetwork(e, cancellationToken))
            {
                failures.Add($"{url}: {e.Message}");
                last = e;
            }
        }

        throw new ResearchKitException(
            ErrorCodes.DownloadFailed,
            $"{file.Path} could not be downloaded. {string.Join(" ", failures)}",
            "Check the network and the proxy variables and fetch again: what has arrived is kept. Or get the file elsewhere and use --from FOLDER.",
            last
        );
    }

    private async Task RunAsync(string url, CancellationToken cancellationToken)
    {
        long longest = part.Length;
        int idle = 0;
        while (true)
        {
            Exception failure;
            try
            {
                await TransferAsync(url, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (IsOfTheNetwork(e, cancellationToken) && MayPass(e))
            {
                failure = e;
            }

            // Bytes beyond the farthest point so far are progress; a server that starts anew each time is not.
            idle = part.Length > longest ? 0 : idle + 1;
            longest = Math.Max(longest, part.Length);
            if (idle > options.MaxResumes)
                throw new HttpRequestException($"given up after {idle} attempts without progress ({failure.Message})", failure);
            await Task.Delay(options.ResumeDelay * Math.Pow(2, Math.Max(0, idle - 1)), options.Time, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task TransferAsync(string url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity")); // a range of a compressed transfer would be of other bytes
        bool resumes = part.Length > 0 && part.Origin?.Url == url;
        if (resumes)
        {
            request.Headers.Range = new RangeHeaderValue(part.Length, null);
            request.Headers.TryAddWithoutValidation("If-Range", part.Origin!.Validator);
        }

        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        long? total;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when resumes && range?.From == part.Length:
                total = range.Length;
                break;
            case HttpStatusCode.RequestedRangeNotSatisfiable when resumes && range?.Length == part.Length:
                return; // the last transfer ended just before it was noticed
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when resumes:
                part.Restart(null);
                throw new HttpIOException(HttpRequestError.InvalidResponse, "the server gave another range than asked for");
            case HttpStatusCode.OK:
                part.Restart(Validator(response) is { } validator ? new PartialDownload(url, validator) : null);
                total = response.Content.Headers.ContentLength;
                break;
            default:
                throw new HttpRequestException(
                    $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}",
                    null,
                    response.StatusCode
                );
        }

        await ReceiveAsync(response, total, cancellationToken).ConfigureAwait(false);
        if (total is { } expected && part.Length != expected)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"the transfer ended after {part.Length} of {expected} bytes");
            throw new HttpIOException(HttpRequestError.ResponseEnded, text);
        }
    }

    private async Task ReceiveAsync(HttpResponseMessage response, long? total, CancellationToken cancellationToken)
    {
        long? limit = file.Unpack == Unpacking.Gzip ? null : 10 * file.Bytes;
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await part.AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            report(part.Length, total);
            if (part.Length > limit)
            {
                throw new ResearchKitException(
                    ErrorCodes.DownloadFailed,
                    $"{response.RequestMessage?.RequestUri} sends more than ten times the {file.Bytes} bytes that {file.Path} should have.",
                    "The address no longer serves this file. Get it elsewhere and use --from FOLDER."
                );
            }
        }
    }

    /// <summary>What tells whether the file at the address is still the same: a strong ETag, else the time of its last change.</summary>
    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag
            ? tag.ToString()
            : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);

    private static bool IsOfTheNetwork(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static bool MayPass(Exception e) =>
        e is not HttpRequestException { StatusCode: { } status }
        || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        || (int)status >= 500;
}
