using System.Runtime.CompilerServices;
using ResearchKit.Data;

namespace ResearchKit.Cli;

/// <summary>Whether the hosts that data come from answer. Only on request.</summary>
/// <param name="catalog">The catalogue.</param>
/// <param name="http">The client that downloads.</param>
internal sealed class NetworkCheck(DatasetCatalog catalog, HttpClient http) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async IAsyncEnumerable<HealthLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IEnumerable<Uri> hosts = catalog
            .Entries.SelectMany(e => e.Files)
            .SelectMany(f => f.Urls.Take(1))
            .Where(u => !u.Contains('{', StringComparison.Ordinal))
            .Select(u => new Uri(u).GetLeftPart(UriPartial.Authority))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(u => new Uri(u));
        foreach (Uri host in hosts)
        {
            yield return await Ask(host, cancellationToken);
        }
    }

    private async Task<HealthLine> Ask(Uri host, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Head, host);
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return HealthLine.Ok("network", $"{host.Host} answers");
        }
        catch (Exception e)
            when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            string why = e is HttpRequestException ? e.Message : $"no answer within {Patience.TotalSeconds:0} s";
            return HealthLine.Warning(
                "network",
                $"{host.Host}: {why}",
                "Look at the proxy settings (HTTPS_PROXY), or import files by hand: data fetch NAME --from FOLDER"
            );
        }
    }
}
