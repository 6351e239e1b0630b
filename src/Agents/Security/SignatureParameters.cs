using System.Globalization;

namespace ResearchKit.Agents.Security;

/// <summary>One member of a Signature-Input header (RFC 9421, section 4.1): what is covered, and the parameters.</summary>
internal sealed class SignatureParameters
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private SignatureParameters(string text) => Text = text;

    /// <summary>The value as it was sent: it is signed as it is.</summary>
    internal string Text { get; }

    internal List<(string Name, bool OfRequest)> Components { get; } = [];

    internal string? KeyId => _values.GetValueOrDefault("keyid");

    internal string? Algorithm => _values.GetValueOrDefault("alg");

    internal string? Nonce => _values.GetValueOrDefault("nonce");

    internal string? Tag => _values.GetValueOrDefault("tag");

    internal long? Created => Number("created");

    internal long? Expires => Number("expires");

    internal bool Covers(string component) => Components.Contains((component, false));

    private long? Number(string name) =>
        _values.TryGetValue(name, out string? text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : null;

    /// <summary>Reads an inner list with parameters; null if it is none or has parameters of components that are not known.</summary>
    internal static SignatureParameters? Parse(string text)
    {
        SignatureParameters parsed = new(text);
        int at = 0;
        if (!Take(text, ref at, '('))
        {
            return null;
        }
        while (true)
        {
            while (Take(text, ref at, ' ')) { }
            if (Take(text, ref at, ')'))
            {
                break;
            }
            string? name = Quoted(text, ref at);
            if (name is null)
            {
                return null;
            }
            bool ofRequest = false;
            if (Take(text, ref at, ';'))
            {
                if (Token(text, ref at) != "req")
                {
                    return null;
                }
                ofRequest = true;
            }
            parsed.Components.Add((name, ofRequest));
        }
        while (Take(text, ref at, ';'))
        {
            while (Take(text, ref at, ' ')) { }
            string name = Token(text, ref at);
            if (name.Length == 0 || !Take(text, ref at, '='))
            {
                return null;
            }
            string? value = at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Token(text, ref at);
            if (value is null || !parsed._values.TryAdd(name, value))
            {
                return null;
            }
        }
        return at == text.Length ? parsed : null;
    }

    /// <summary>The members of a dictionary header, split at commas outside quotes and parentheses.</summary>
    internal static IEnumerable<(string Label, string Value)> Members(string header)
    {
        int from = 0;
        int depth = 0;
        bool quoted = false;
        for (int i = 0; i <= header.Length; i++)
        {
            char c = i < header.Length ? header[i] : ',';
            if (quoted)
            {
                if (c == '\\')
                {
                    i++;
                }
                else if (c == '"')
                {
                    quoted = false;
                }
                continue;
            }
            quoted = c == '"';
            depth += c switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if (c == ',' && depth == 0)
            {
                string member = header[from..Math.Min(i, header.Length)].Trim();
                int equals = member.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0)
                {
                    yield return (member[..equals], member[(equals + 1)..]);
                }
                from = i + 1;
            }
        }
    }

    private static bool Take(string text, ref int at, char what)
    {
        if (at < text.Length && text[at] == what)
        {
            at++;
            return true;
        }
        return false;
    }

    private static string Token(string text, ref int at)
    {
        int from = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '_' or '.' or '*'))
        {
            at++;
        }
        return text[from..at];
    }

    private static string? Quoted(string text, ref int at)
    {
        if (!Take(text, ref at, '"'))
        {
            return null;
        }
        System.Text.StringBuilder value = new();
        while (at < text.Length)
        {
            char c = text[at++];
            if (c == '"')
            {
                return value.ToString();
            }
            if (c == '\\' && at < text.Length)
            {
                c = text[at++];
            }
            value.Append(c);
        }
        return null;
    }
}
