using System.Text;

namespace ResearchKit.Agents;

/// <summary>
/// The head of an interaction or protocol document: between two lines <c>---</c>, scalars and flat lists only. It comes from strangers, so the reader is bounded (16 KiB) and knows no
/// anchors, tags, nesting or second documents; a line that it does not know is passed over. A document without a head has the defaults that Agora gives (arXiv:2410.11905).
/// </summary>
public sealed class FrontMatter
{
    /// <summary>The longest head that is read, in bytes of UTF-8.</summary>
    public const int MostBytes = 16 * 1024;

    private static readonly FrontMatter None = new(new Dictionary<string, IReadOnlyList<string>>(), false);
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _values;

    private FrontMatter(IReadOnlyDictionary<string, IReadOnlyList<string>> values, bool present) =>
        (_values, IsPresent) = (values, present);

    /// <summary>Whether the document has a head.</summary>
    public bool IsPresent { get; }

    /// <summary>The name; <c>Unnamed protocol</c> if none is given.</summary>
    public string Name => Scalar("name") ?? "Unnamed protocol";

    /// <summary>The description; <c>No description provided</c> if none is given.</summary>
    public string Description => Scalar("description") ?? "No description provided";

    /// <summary>Whether a conversation takes several rounds; false if nothing is said.</summary>
    public bool MultiRound => string.Equals(Scalar("multiround"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A scalar, or null.</summary>
    /// <param name="key">The key, lower case.</param>
    public string? Scalar(string key) => _values.TryGetValue(key, out IReadOnlyList<string>? v) && v.Count > 0 ? v[0] : null;

    /// <summary>A list; empty if there is none.</summary>
    /// <param name="key">The key, lower case.</param>
    public IReadOnlyList<string> List(string key) => _values.GetValueOrDefault(key) ?? [];

    /// <summary>Reads the head of a text.</summary>
    /// <param name="text">The document.</param>
    /// <param name="body">The rest; the whole text if there is no head.</param>
    /// <exception cref="DocumentRejectedException">The head is longer than <see cref="MostBytes"/>, or does not end.</exception>
    public static FrontMatter Read(string text, out string body)
    {
        ArgumentNullException.ThrowIfNull(text);
        body = text;
        string[] lines = FirstLines(text, out int[] starts);
        if (lines.Length == 0 || lines[0].TrimEnd() != "---")
        {
            return None;
        }
        int end = Array.FindIndex(lines, 1, l => l.TrimEnd() == "---");
        if (end < 0)
        {
            throw new DocumentRejectedException("front matter", $"has no closing line '---' within {MostBytes} bytes");
        }
        body = text[starts[end + 1]..];
        return new FrontMatter(Parse(lines.AsSpan(1, end - 1)), true);
    }

    /// <summary>Writes a head.</summary>
    /// <param name="name">The name.</param>
    /// <param name="description">The description.</param>
    /// <param name="multiRound">Whether a conversation takes several rounds.</param>
    public static string Write(string name, string description, bool multiRound) =>
        $"---\nname: {Line(name)}\ndescription: {Line(description)}\nmultiround: {(multiRound ? "true" : "false")}\n---\n";

    private static string Line(string text) => text.ReplaceLineEndings(" ").Trim();

    private static string[] FirstLines(string text, out int[] starts)
    {
        List<string> lines = [];
        List<int> at = [0];
        int bytes = 0;
        int from = 0;
        while (from < text.Length)
        {
            int newline = text.IndexOf('\n', from);
            int to = newline < 0 ? text.Length : newline;
            bytes += Encoding.UTF8.GetByteCount(text.AsSpan(from, to - from)) + 1;
            if (bytes > MostBytes)
            {
                break;
            }
            lines.Add(text[from..to].TrimEnd('\r'));
            from = newline < 0 ? text.Length : newline + 1;
            at.Add(from);
            if (lines.Count > 1 && lines[^1].TrimEnd() == "---")
            {
                break;
            }
        }
        starts = [.. at];
        return [.. lines];
    }

    private static Dictionary<string, IReadOnlyList<string>> Parse(ReadOnlySpan<string> lines)
    {
        Dictionary<string, IReadOnlyList<string>> values = new(StringComparer.Ordinal);
        List<string>? open = null;
        foreach (string line in lines)
        {
            if (line.TrimStart() is ['-', ' ', .. string item] && open is not null)
            {
                open.Add(Unquote(item));
                continue;
            }
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || char.IsWhiteSpace(line[0]) || line[0] is '#' or '&' or '!' or '*')
            {
                continue;
            }
            string key = line[..colon].Trim().ToLowerInvariant();
            string value = line[(colon + 1)..].Trim();
            open = value.Length == 0 ? [] : null;
            values[key] =
                open
                ?? (
                    value is ['[', .. string inner, ']']
                        ? [.. inner.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Unquote)]
                        : (IReadOnlyList<string>)[Unquote(value)]
                );
        }
        return values;
    }

    private static string Unquote(string value)
    {
        string trimmed = value.Trim();
        return trimmed is ['"', .. string a, '"'] ? a
            : trimmed is ['\'', .. string b, '\''] ? b
            : trimmed;
    }
}
