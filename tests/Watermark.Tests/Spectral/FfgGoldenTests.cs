using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Watermark.Tests.Spectral;

/// <summary>Known answers of the scheme, computed by scripts that share no code with this project.</summary>
public class FfgGoldenTests
{
    [TestCase("er64")]
    [TestCase("ba64")]
    [TestCase("er63")]
    [TestCase("er100-phase")]
    [TestCase("ba101-phase")]
    [TestCase("ws96-phase")]
    public void Everything_agrees_with_the_shared_golden_case(string name)
    {
        using JsonDocument document = GoldenFiles.Json("watermark", "ffg_cases.json");
        Find(document, name).Check();
    }

    /// <summary>Goldens/ffg_own_cases.py made them: they need no shared folder, and hold orbits of all sizes.</summary>
    [TestCase("threshold-22")]
    [TestCase("budget-20-all-orbit-sizes")]
    [TestCase("budget-21")]
    public void Everything_agrees_with_our_own_golden_case(string name)
    {
        using Stream stream = typeof(FfgGoldenTests).Assembly.GetManifestResourceStream("ffg_own_cases.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        Find(document, name).Check();
    }

    private static FfgCase Find(JsonDocument document, string name) =>
        FfgCase.Read(document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name));
}
