using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Watermark.Tests.Spectral;

/// <summary>Known answers of the scheme, from a script independent of this project; see the README beside them.</summary>
public class FfgGoldenTests
{
    public static string[] Names => ["er64", "ba64", "er100-phase", "ba101-phase", "ws96-phase", "er63"];

    [TestCaseSource(nameof(Names))]
    public void Everything_agrees_with_the_golden_case(string name)
    {
        using JsonDocument document = GoldenFiles.Json("watermark", "ffg_cases.json");
        FfgCase golden = FfgCase.Read(document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name));
        golden.Check();
    }
}
