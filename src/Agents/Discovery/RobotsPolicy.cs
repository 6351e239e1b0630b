using System.Globalization;
using System.Text;

namespace ResearchKit.Agents.Discovery;

/// <summary>
/// What a host lets a crawler read (robots.txt, RFC 9309): the rules of the groups that name the crawler, else those for all; the longest pattern decides, and allow wins a tie.
/// </summary>
public sealed class RobotsPolicy
{
    /// <summary>This library's crawler.</summary>
    public const string Product = "ResearchKitBot";

    /// <summary>How much of a file is read, in bytes.</summary>
    public const int MostBytes = 500 * 1024;

    private static readonly string[] AllowWords = ["allow"];
    private static readonly string[] DisallowWords = ["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"];
    private static readonly string[] AgentWords = ["user-agent", "useragent", "user agent"];
    private readonly List<(string Pattern, bool Allow)> _rules;
    private readonly bool? _all;

    private RobotsPolicy(List<(string Pattern, bool Allow)> rules, TimeSpan? delay, IReadOnlyList<string> sitemaps, bool? all = null) =>
        (_rules, CrawlDelay, Sitemaps, _all) = (rules, delay, sitemaps, all);

    /// <summary>Everything may be read: there is no file (any 4xx).</summary>
    public static RobotsPolicy AllowAll { get; } = new([], null, [], true);

    /// <summary>Nothing may be read: the file cannot be had (5xx, or no answer).</summary>
    public static RobotsPolicy DisallowAll { get; } = new([], null, [], false);

    /// <summary>How long the host asks to wait between requests; null if it does not.</summary>
    public TimeSpan? CrawlDelay { get; }

    /// <summary>Addresses of site maps.</summary>
    public IReadOnlyList<string> Sitemaps { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="product">The crawler's product token.</param>
    public static RobotsPolicy Parse(string text, string product = Product)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<(string, bool)> own = [];
        List<(string, bool)> global = [];
        List<string> sitemaps = [];
        TimeSpan? ownDelay = null;
        TimeSpan? globalDelay = null;
        (bool ownGroup, bool globalGroup, bool open, bool seen) = (false, false, true, false);
        foreach ((string key, string value) in Lines(text))
        {
            if (AgentWords.Contains(key))
            {
                if (!open)
                {
                    (ownGroup, globalGroup, open) = (false, false, true);
                }
                bool all = value.Length > 0 && value[0] == '*' && (value.Length == 1 || char.IsWhiteSpace(value[1]));
                globalGroup |= all;
                if (!all && Token(value).Equals(product, StringComparison.OrdinalIgnoreCase))
                {
                    ownGroup = seen = true;
                }
                continue;
            }
            if (key is "sitemap" or "site-map")
            {
                sitemaps.Add(value);
                continue;
            }
            bool allow = AllowWords.Contains(key);
            if (allow || DisallowWords.Contains(key))
            {
                open = false;
                Add(ownGroup, own);
                Add(globalGroup, global);
                void Add(bool applies, List<(string, bool)> rules)
                {
                    if (applies && value.Length > 0)
                    {
                        rules.Add((Escaped(value), allow));
                    }
                }
            }
            else if (
                key == "crawl-delay"
                && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
                && seconds is >= 0 and < 86_400
            )
            {
                open = false;
                ownDelay = ownGroup ? TimeSpan.FromSeconds(seconds) : ownDelay;
                globalDelay = globalGroup ? TimeSpan.FromSeconds(seconds) : globalDelay;
            }
        }
        return new RobotsPolicy(seen ? own : global, seen ? ownDelay : globalDelay, sitemaps);
    }

    /// <summary>Whether a path may be read.</summary>
    /// <param name="path">Path and query, percent-encoded, beginning with a slash.</param>
    public bool Allows(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (_all is { } all)
        {
            return all;
        }
        int allowed = -1;
        int refused = -1;
        foreach ((string pattern, bool allow) in _rules)
        {
            if (Matches(path, pattern))
            {
                allowed = allow ? Math.Max(allowed, pattern.Length) : allowed;
                refused = allow ? refused : Math.Max(refused, pattern.Length);
            }
            else if (
                allow
                && pattern.LastIndexOf('/') is >= 0 and int slash
                && pattern.AsSpan(slash).StartsWith("/index.htm")
                && Matches(path, pattern[..(slash + 1)] + "$")
            )
            {
                allowed = Math.Max(allowed, slash + 2); // a directory and its index are one page
            }
        }
        return refused <= allowed;
    }

    // The set of places in the path that the pattern so far can end at: linear in both, whatever the stars.
    private static bool Matches(string path, string pattern)
    {
        List<int> places = [0];
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '$' && i == pattern.Length - 1)
            {
                return places[^1] == path.Length;
            }
            if (c == '*')
            {
                places = [.. Enumerable.Range(places[0], path.Length - places[0] + 1)];
                continue;
            }
            List<int> next = [];
            foreach (int place in places)
            {
                if (place < path.Length && path[place] == c)
                {
                    next.Add(place + 1);
                }
            }
            if (next.Count == 0)
            {
                return false;
            }
            places = next;
        }
        return true;
    }

    private static IEnumerable<(string Key, string Value)> Lines(string text)
    {
        string rest = text.StartsWith('\uFEFF') ? text[1..] : text;
        foreach (string raw in rest.Split(['\r', '\n']))
        {
            string line = raw.Split('#')[0].Trim();
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                yield return (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
                continue;
            }
            // The reference parser forgives a missing colon between two words.
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (colon < 0 && words.Length == 2)
            {
                yield return (words[0].ToLowerInvariant(), words[1]);
            }
        }
    }

    private static string Token(string value)
    {
        int end = 0;
        while (end < value.Length && (char.IsAsciiLetter(value[end]) || value[end] is '-' or '_'))
        {
            end++;
        }
        return value[..end];
    }

    private static string Escaped(string pattern)
    {
        StringBuilder text = new();
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '%' && i + 2 < pattern.Length && char.IsAsciiHexDigit(pattern[i + 1]) && char.IsAsciiHexDigit(pattern[i + 2]))
            {
                text.Append('%').Append(char.ToUpperInvariant(pattern[i + 1])).Append(char.ToUpperInvariant(pattern[i + 2]));
                i += 2;
            }
            else if (c < 0x80)
            {
                text.Append(c);
            }
            else
            {
                int take = char.IsHighSurrogate(c) && i + 1 < pattern.Length ? 2 : 1;
                foreach (byte b in Encoding.UTF8.GetBytes(pattern.Substring(i, take)))
                {
                    text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
                }
                i += take - 1;
            }
        }
        return text.ToString();
    }
}
