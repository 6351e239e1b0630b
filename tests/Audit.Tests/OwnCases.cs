using System.Text.Json;

namespace ResearchKit.Audit.Tests;

/// <summary>The golden cases of the repository: they need no shared folder. Goldens/audit_own_cases.py made them.</summary>
internal static class OwnCases
{
    public static JsonDocument Read()
    {
        using Stream stream = typeof(OwnCases).Assembly.GetManifestResourceStream("audit_own_cases.json")!;
        return JsonDocument.Parse(stream);
    }
}
