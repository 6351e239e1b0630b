using System.Text.Json;
using NUnit.Framework;

namespace ResearchKit.Goldens;

/// <summary>
/// Finds the golden vectors and the small data sets: in the folder that <c>RESEARCHKIT_SHARED</c> names, else in <c>../shared</c> beside the solution's folder.
/// Where neither is there, the test is ignored with the reason; a variable that points nowhere and a file missing from a folder that is there are failures,
/// so that a typing mistake does not silently switch tests off.
/// </summary>
public static class GoldenFiles
{
    /// <summary>The variable that names the folder with <c>golden</c> and <c>data</c>.</summary>
    public const string Variable = "RESEARCHKIT_SHARED";

    /// <summary>Why a test is ignored on a plain clone.</summary>
    public const string NotFound = "golden vectors not found: set RESEARCHKIT_SHARED or place the folder shared beside the checkout";

    /// <summary>A golden file, for example <c>Path("watermark", "ffg_cases.json")</c>.</summary>
    public static string Path(params string[] parts) => Existing("golden", parts);

    /// <summary>A file or folder of the data sets, for example <c>Data("graphs", "karate.txt")</c>.</summary>
    public static string Data(params string[] parts) => Existing("data", parts);

    /// <summary>A golden JSON file, read.</summary>
    public static JsonDocument Json(params string[] parts) => JsonDocument.Parse(File.ReadAllBytes(Path(parts)));

    private static string Existing(string kind, string[] parts)
    {
        var root = Locate(Environment.GetEnvironmentVariable(Variable), TestContext.CurrentContext.TestDirectory);
        if (root is null)
        {
            Assert.Ignore(NotFound);
        }
        var path = System.IO.Path.Combine([root!, kind, .. parts]);
        return System.IO.Path.Exists(path) ? path : throw new FileNotFoundException($"{root} is here, but {path} is not.", path);
    }

    /// <summary>The folder with <c>golden</c> and <c>data</c>, or null if there is none.</summary>
    /// <param name="variable">The value of <see cref="Variable"/>.</param>
    /// <param name="from">Where the walk up to the solution's folder begins.</param>
    /// <exception cref="DirectoryNotFoundException">The variable is set and points nowhere.</exception>
    public static string? Locate(string? variable, string from)
    {
        if (!string.IsNullOrEmpty(variable))
        {
            return Directory.Exists(variable)
                ? variable
                : throw new DirectoryNotFoundException($"{Variable} names {variable}, which is no folder: correct it or unset it.");
        }
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "ResearchKit.sln")))
            {
                var shared = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.FullName, "..", "shared"));
                return Directory.Exists(shared) ? shared : null;
            }
        }
        return null;
    }
}
