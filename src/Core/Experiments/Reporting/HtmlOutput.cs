using System.Globalization;
using System.Text;

namespace ResearchKit.Experiments;

/// <summary>Writes HTML: everything that comes from data goes through <see cref="Text"/> or an attribute value, which encode it.</summary>
internal sealed class HtmlOutput
{
    private readonly StringBuilder html = new();

    /// <summary>Markup of our own.</summary>
    internal HtmlOutput Raw(string markup)
    {
        html.Append(markup);
        return this;
    }

    /// <summary>Text from outside, encoded.</summary>
    internal HtmlOutput Text(string? text)
    {
        foreach (char c in text ?? "")
        {
            _ = c switch
            {
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '&' => html.Append("&amp;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                // HTML has no place for other control characters, not even escaped.
                < ' ' and not ('\n' or '\t') => html.Append('\uFFFD'),
                _ => html.Append(c),
            };
        }

        return this;
    }

    /// <summary>An element with encoded text in it.</summary>
    internal HtmlOutput Element(string tag, string? text, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Open(tag, attributes).Text(text).Close(tag);

    internal HtmlOutput Open(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        html.Append('<').Append(tag);
        foreach ((string name, string? value) in attributes)
        {
            if (value is not null)
            {
                html.Append(' ').Append(name).Append("=\"");
                Text(value).Raw("\"");
            }
        }

        html.Append('>');
        return this;
    }

    internal HtmlOutput Close(string tag)
    {
        html.Append("</").Append(tag).Append('>');
        return this;
    }

    internal HtmlOutput Line()
    {
        html.Append('\n');
        return this;
    }

    /// <summary>A link that saves data of the page itself.</summary>
    internal HtmlOutput Download(string label, string fileName, string mediaType, byte[] bytes)
    {
        Open("a", ("class", "download"), ("download", fileName));
        // The closing bracket is taken back for the one attribute too long to be encoded letter by letter.
        html.Length--;
        html.Append(" href=\"data:").Append(mediaType).Append(";base64,").Append(Convert.ToBase64String(bytes)).Append("\">");
        return Text(label).Close("a");
    }

    internal static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>An anchor made of an id: letters, digits and hyphens.</summary>
    internal static string Anchor(params ReadOnlySpan<string> parts)
    {
        StringBuilder anchor = new();
        foreach (string part in parts)
        {
            anchor.Append(anchor.Length > 0 ? "-" : "");
            foreach (char c in part)
            {
                anchor.Append(char.IsAsciiLetterOrDigit(c) || c is '-' ? c : '-');
            }
        }

        return anchor.ToString();
    }

    public override string ToString() => html.ToString();
}
