using System.Text.Json;

namespace ResearchKit.Experiments;

/// <summary>The packages of the running application, by its deps.json.</summary>
internal static class PackageList
{
    internal static IReadOnlyList<PackageInfo> Read()
    {
        // The host joins these paths with a semicolon on every platform.
        string? file = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)
            ?.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(f => f.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal) && File.Exists(f));
        if (file is null)
        {
            return [];
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.TryGetProperty("libraries", out JsonElement libraries)
            ? [.. libraries.EnumerateObject().Where(IsPackage).Select(Package).OrderBy(p => p.Id, StringComparer.OrdinalIgnoreCase)]
            : [];
    }

    private static bool IsPackage(JsonProperty library) =>
        library.Value.TryGetProperty("type", out JsonElement type)
        && type.GetString() == "package"
        && library.Name.Contains('/', StringComparison.Ordinal);

    private static PackageInfo Package(JsonProperty library)
    {
        int slash = library.Name.IndexOf('/', StringComparison.Ordinal);
        string? hash = library.Value.TryGetProperty("sha512", out JsonElement value) ? value.GetString() : null;
        return new PackageInfo(library.Name[..slash], library.Name[(slash + 1)..], string.IsNullOrEmpty(hash) ? null : hash);
    }
}
