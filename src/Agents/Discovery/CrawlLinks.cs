using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ResearchKit.Agents.Discovery;

/// <summary>The addresses that pages, site maps and indexes name. Everything is bounded; what cannot be read names none.</summary>
internal static partial class CrawlLinks
{
    private const int Most = 2_000;

    internal static IEnumerable<string> OfPage(byte[] html) =>
        LinkTag()
            .Matches(Encoding.UTF8.GetString(html))
            .Select(m => m.Value)
            .Where(t => IsAgent().IsMatch(t))
            .Select(t => Href().Match(t).Groups["url"].Value)
            .Where(u => u.Length > 0)
            .Take(Most);

    internal static IEnumerable<string> OfSitemap(byte[] xml) =>
        Location()
            .Matches(Encoding.UTF8.GetString(xml))
            .Select(m => System.Net.WebUtility.HtmlDecode(m.Groups["url"].Value.Trim()))
            .Take(Most);

    internal static (IReadOnlyList<string> Agents, string? Next) OfIndex(byte[] json)
    {
        try
        {
            HostIndex? index = JsonSerializer.Deserialize(json, AgentJson.Default.HostIndex);
            return ([.. (index?.Agents ?? []).Where(a => a?.Url is not null).Select(a => a.Url).Take(Most)], index?.Next);
        }
        catch (JsonException)
        {
            return ([], null);
        }
    }

    [GeneratedRegex("<link\\s[^>]{1,2000}>", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex LinkTag();

    [GeneratedRegex("rel\\s*=\\s*[\"']?agent[\"'\\s>]", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex IsAgent();

    [GeneratedRegex(
        "href\\s*=\\s*[\"'](?<url>[^\"']{1,2000})[\"']",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Href();

    [GeneratedRegex(
        "<loc>(?<url>[^<]{1,2000})</loc>",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Location();
}
