using System.Globalization;
using System.Text;

namespace ResearchKit.Agents.Security;

/// <summary>A request or a response as HTTP message signatures see it (RFC 9421).</summary>
/// <param name="method">The method; null for a response.</param>
/// <param name="target">The whole target as it was sent.</param>
/// <param name="header">The values of a header, in order; null or empty if it is not there.</param>
/// <param name="status">The status of a response.</param>
public sealed class SignableMessage(string? method, string target, Func<string, IEnumerable<string>?> header, int? status = null)
{
    /// <summary>The request that a response answers, for components marked <c>;req</c>.</summary>
    public SignableMessage? Request { get; init; }

    /// <summary>The value of a component; null if the message has none.</summary>
    /// <param name="component">Its identifier without quotes, for example <c>@method</c> or <c>content-digest</c>.</param>
    public string? Component(string component)
    {
        ArgumentNullException.ThrowIfNull(component);
        if (component.Length == 0 || component[0] != '@')
        {
            string[] values = [.. header(component) ?? []];
            return values.Length == 0 ? null : string.Join(", ", values.Select(v => v.Trim().ReplaceLineEndings(" ")));
        }
        if (component == "@status")
        {
            return status?.ToString(CultureInfo.InvariantCulture);
        }
        if (method is null)
        {
            return null;
        }
        if (component == "@method")
        {
            return method;
        }
        if (component == "@target-uri")
        {
            return target;
        }
        Uri uri = new(target);
        return component switch
        {
            "@authority" => uri.IsDefaultPort ? uri.IdnHost.ToLowerInvariant() : $"{uri.IdnHost.ToLowerInvariant()}:{uri.Port}",
            "@scheme" => uri.Scheme,
            "@path" => uri.AbsolutePath,
            "@query" => uri.Query.Length == 0 ? "?" : uri.Query,
            "@request-target" => uri.PathAndQuery,
            _ => null,
        };
    }

    /// <summary>The text that is signed.</summary>
    /// <param name="parameters">The value of Signature-Input for this signature.</param>
    /// <returns>The bytes; null if a component is not there, is not known, or is named twice.</returns>
    internal byte[]? Base(SignatureParameters parameters)
    {
        StringBuilder text = new();
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string name, bool ofRequest) in parameters.Components)
        {
            string? value = (ofRequest ? Request : this)?.Component(name);
            string identifier = ofRequest ? $"\"{name}\";req" : $"\"{name}\"";
            if (value is null || !seen.Add(identifier))
            {
                return null;
            }
            text.Append(identifier).Append(": ").Append(value).Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.Append("\"@signature-params\": ").Append(parameters.Text).ToString());
    }
}
