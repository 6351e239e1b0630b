using System.Security.Cryptography;

namespace ResearchKit.Agents;

/// <summary>Ids that nobody guesses: 128 bits from the system's generator.</summary>
public static class AgentIds
{
    /// <summary>32 hexadecimal digits.</summary>
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
