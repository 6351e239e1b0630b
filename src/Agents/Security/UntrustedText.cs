using System.Globalization;
using System.Text;

namespace ResearchKit.Agents.Security;

/// <summary>
/// A text of a stranger on its way to a language model: marked as data with its origin and digest, cut to a length, with control and direction characters made visible, so that it can neither
/// end its frame nor hide what it says. It lowers the risk of an injected instruction; it does not remove it.
/// </summary>
public static class UntrustedText
{
    /// <summary>The most characters that are kept.</summary>
    public const int MostCharacters = 16 * 1024;

    private const int MostIdentifier = 64;

    /// <summary>Wraps a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origin">Where it came from.</param>
    /// <param name="most">The most characters to keep.</param>
    public static string Wrap(string text, string origin, int most = MostCharacters)
    {
        ArgumentNullException.ThrowIfNull(text);
        string digest = ContentDigest.Of(text).Hex;
        return $"<untrusted origin=\"{Escape(origin, 256)}\" sha256=\"{digest}\">\n{Escape(text, most)}\n</untrusted sha256=\"{digest}\">";
    }

    /// <summary>A text without characters that hide or frame: control, direction and format characters as <c>\u{...}</c>, angle brackets as entities.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most characters of it to keep.</param>
    public static string Escape(string text, int most = MostCharacters)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder safe = new(Math.Min(text.Length, most) + 16);
        int taken = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (taken >= most)
            {
                safe.Append(CultureInfo.InvariantCulture, $"[cut at {most} of {text.Length} characters]");
                break;
            }
            taken += rune.Utf16SequenceLength;
            _ = rune.Value switch
            {
                '<' => safe.Append("&lt;"),
                '>' => safe.Append("&gt;"),
                '&' => safe.Append("&amp;"),
                '"' => safe.Append("&quot;"),
                '\n' or '\t' => safe.Append((char)rune.Value),
                _ => Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.PrivateUse
                    ? safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}")
                    : safe.Append(rune.ToString()),
            };
        }
        return safe.ToString();
    }

    /// <summary>An identifier that may be shown to a model: <c>[a-z0-9_-]{1,64}</c>. What does not fit is replaced.</summary>
    /// <param name="text">The text.</param>
    public static string Identifier(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string kept = string.Concat(
            text.ToLowerInvariant().Take(MostIdentifier).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_')
        );
        return kept.Length == 0 ? "_" : kept;
    }
}
