namespace ResearchKit.Agents.Discovery;

/// <summary>One form for each address, so that none is visited twice: scheme and host in lower case (names in punycode), no default port, path normalised (RFC 3986), no fragment.</summary>
internal static class CrawlUrl
{
    internal static Uri? Canonical(string text, Uri? from = null)
    {
        if (
            !(from is null ? Uri.TryCreate(text, UriKind.Absolute, out Uri? url) : Uri.TryCreate(from, text, out url))
            || url.Scheme is not ("https" or "http")
        )
        {
            return null;
        }
        UriBuilder builder = new(url) { Host = url.IdnHost.TrimEnd('.').ToLowerInvariant(), Fragment = "" };
        if (url.IsDefaultPort)
        {
            builder.Port = -1;
        }
        return url.UserInfo.Length == 0 ? builder.Uri : null;
    }

    internal static string Origin(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
