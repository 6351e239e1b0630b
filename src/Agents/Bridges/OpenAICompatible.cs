using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;

namespace ResearchKit.Agents.Bridges;

/// <summary>Models behind any endpoint that speaks the chat completions of OpenAI: hosted ones, and local servers.</summary>
public static class OpenAICompatible
{
    /// <summary>A client.</summary>
    /// <param name="endpoint">The address up to and with the version, for example <c>http://127.0.0.1:11434/v1</c>.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="key">The key; null where the endpoint asks for none.</param>
    public static IChatClient Create(Uri endpoint, string model, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentException.ThrowIfNullOrEmpty(model);
        OpenAIClient client = new(
            new ApiKeyCredential(string.IsNullOrEmpty(key) ? "none" : key),
            new OpenAIClientOptions { Endpoint = endpoint }
        );
        return client.GetChatClient(model).AsIChatClient();
    }
}
