namespace ResearchKit.Agents;

/// <summary>The kinds of channels that this library speaks.</summary>
public static class AgentChannelKinds
{
    /// <summary>This library's own profile: HTTP, JSON, event streams.</summary>
    public const string Native = "woa/1";

    /// <summary>A2A over JSON-RPC.</summary>
    public const string A2AJsonRpc = "a2a+jsonrpc";

    /// <summary>A2A over HTTP and JSON.</summary>
    public const string A2AHttp = "a2a+http";

    /// <summary>The Model Context Protocol over HTTP.</summary>
    public const string Mcp = "mcp";

    /// <summary>Agora.</summary>
    public const string Agora = "agora";

    /// <summary>An OpenAPI description; read only.</summary>
    public const string OpenApi = "openapi";
}
