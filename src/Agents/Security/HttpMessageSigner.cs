using System.Globalization;

namespace ResearchKit.Agents.Security;

/// <summary>Signs requests and responses (RFC 9421).</summary>
/// <param name="key">The key.</param>
/// <param name="clock">The clock.</param>
public sealed class HttpMessageSigner(SignatureKey key, TimeProvider? clock = null)
{
    /// <summary>The tag that tells these signatures from others on the same message.</summary>
    public const string Tag = "web-of-agents";

    private const string Label = "woa";
    private const int ValidSeconds = 300;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>The components that a request must cover at least.</summary>
    public static IReadOnlyList<string> RequestComponents { get; } = ["@method", "@target-uri", "content-digest"];

    /// <summary>The components that a response must cover at least.</summary>
    public static IReadOnlyList<string> ResponseComponents { get; } = ["@status", "content-digest"];

    /// <summary>Signs a message.</summary>
    /// <param name="message">The message, with all headers that are covered.</param>
    /// <param name="components">What to cover.</param>
    /// <param name="ofRequest">Components of the request that a response binds itself to.</param>
    /// <returns>The values of Signature-Input and Signature.</returns>
    /// <exception cref="InvalidOperationException">The message lacks a component.</exception>
    public (string Input, string Signature) Sign(
        SignableMessage message,
        IEnumerable<string> components,
        IEnumerable<string>? ofRequest = null
    )
    {
        ArgumentNullException.ThrowIfNull(message);
        long now = _clock.GetUtcNow().ToUnixTimeSeconds();
        string covered = string.Join(' ', components.Select(c => $"\"{c}\"").Concat((ofRequest ?? []).Select(c => $"\"{c}\";req")));
        string parameters = string.Create(
            CultureInfo.InvariantCulture,
            $"({covered});created={now};expires={now + ValidSeconds};keyid=\"{key.Id}\";alg=\"{key.HttpName}\";nonce=\"{AgentIds.New()}\";tag=\"{Tag}\""
        );
        byte[] signature = Sign(message, parameters);
        return ($"{Label}={parameters}", $"{Label}=:{Convert.ToBase64String(signature)}:");
    }

    /// <summary>Signs with given parameters.</summary>
    internal byte[] Sign(SignableMessage message, string parameters) =>
        key.Sign(
            message.Base(
                SignatureParameters.Parse(parameters) ?? throw new InvalidOperationException($"'{parameters}' is no Signature-Input.")
            ) ?? throw new InvalidOperationException($"The message lacks a component of {parameters}.")
        );
}
